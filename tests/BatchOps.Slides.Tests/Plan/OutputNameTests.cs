using System.Text;

namespace BatchOps.Slides.Tests.Plan;

public sealed class OutputNameTests
{
    private static readonly string Base = Path.GetFullPath(Path.Combine(Path.GetTempPath(), "base"));

    [Theory]
    [InlineData("Acme", "Acme.pptx")]
    [InlineData("../../etc/passwd", ".._.._etc_passwd.pptx")]
    [InlineData("a/b\\c:d*e?f\"g<h>i|j", "a_b_c_d_e_f_g_h_i_j.pptx")]
    [InlineData("..", "_.pptx")]
    [InlineData("", "_.pptx")]
    [InlineData("name. . ", "name.pptx")]
    [InlineData("CON", "_CON.pptx")]
    [InlineData("lpt1.old", "_lpt1.old.pptx")]
    [InlineData("COM10", "COM10.pptx")]
    [InlineData("a\u202Eb\nc", "a_b_c.pptx")]
    [InlineData("Größe", "Größe.pptx")]
    public void Make_AnyValue_StaysOneNameInTheFolder(string value, string expected) =>
        Assert.Equal(Path.Combine(Base, "out", expected), Make("out/{{customer}}.pptx", value));

    [Fact]
    public void Make_FoldersByValues_StayBelow() =>
        Assert.Equal(Path.Combine(Base, "out", "_", "deck .._x.pptx"), OutputName.Make("out/{{region}}/deck {{customer}}.pptx", Bench.Plan(new { region = "..", customer = "../x" }).Record, Base));

    [Fact]
    public void Make_CallersOwnFolders_MayLeadAnywhere() =>
        Assert.Equal(Path.GetFullPath("../elsewhere/a.pptx", Base), Make("../elsewhere/{{customer}}.pptx", "a"));

    [Fact]
    public void Make_ParentFolderAfterAToken_IsRefused() =>
        Assert.Equal(DeckFault.OutputName, Assert.Throws<DeckException>(() => Make("out/{{customer}}/../../x.pptx", "a")).Fault);

    [Fact]
    public void Make_FormatWithASlash_IsNoFolder() =>
        Assert.Equal(Path.Combine(Base, "d", "05_03.pptx"), OutputName.Make("d/{{day:dd'/'MM}}.pptx", Bench.Plan(new { day = new DateTime(2026, 3, 5) }).Record, Base));

    [Fact]
    public void Make_LongValue_IsCutAndStaysDistinct()
    {
        var one = Path.GetFileName(Make("out/{{customer}}.pptx", new string('é', 300) + "1"));
        var two = Path.GetFileName(Make("out/{{customer}}.pptx", new string('é', 300) + "2"));

        Assert.NotEqual(one, two);
        Assert.InRange(Encoding.UTF8.GetByteCount(one), 150, 210);
        Assert.EndsWith(".pptx", one, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_TokenWithoutValue_NamesIt() =>
        Assert.Contains("{{nobody}}", Assert.Throws<DeckException>(() => Make("out/{{nobody}}.pptx", "a")).Message, StringComparison.Ordinal);

    [Fact]
    public void Make_OtherExtension_IsRefused() =>
        Assert.Contains(".pptx", Assert.Throws<DeckException>(() => Make("out/{{customer}}.pdf", "a")).Message, StringComparison.Ordinal);

    [Fact]
    public void Comparer_CaseAndAccents_DoNotTellPathsApart()
    {
        Assert.Equal("/out/Caf\u00E9.pptx", "/out/cafe\u0301.pptx", OutputName.Comparer);
        Assert.Equal(OutputName.Comparer.GetHashCode("/out/Caf\u00E9.pptx"), OutputName.Comparer.GetHashCode("/out/x/../cafe\u0301.pptx"));
        Assert.NotEqual("/out/a.pptx", "/out/b.pptx", OutputName.Comparer);
    }

    private static string Make(string pattern, string customer) => OutputName.Make(pattern, Bench.Plan(new { customer }).Record, Base);
}
