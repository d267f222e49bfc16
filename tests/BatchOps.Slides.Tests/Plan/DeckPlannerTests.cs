using System.Globalization;

namespace BatchOps.Slides.Tests.Plan;

public sealed class DeckPlannerTests
{
    [Fact]
    public void Plan_SameNameTwice_TextWinsOverSectionOverRecord()
    {
        var options = new DeckPlannerOptions
        {
            Sections = [new DeckSection("intro", "from section", "body")],
            Text = new Dictionary<string, object?>(StringComparer.Ordinal) { ["{{Quarter}}"] = "Q3", ["intro_body"] = "from text" },
        };

        var plan = Bench.Plan(new { quarter = "Q1", intro_title = "from record", Other = 1 }, options);

        Assert.Equal(["Q3", "from section", "from text", "1"], new[] { "quarter", "INTRO_TITLE", "intro_body", "other" }.Select(name => Write(plan, name)));
    }

    [Fact]
    public void Plan_SectionWithoutChart_HasNoSuchToken()
    {
        var plan = Bench.Plan(new { }, new DeckPlannerOptions { Sections = [new DeckSection("a", "t", null, "a.png"), new DeckSection("b", null, "x")], ImageFit = ImageFit.Crop });

        Assert.Equal(new DeckImage("a.png", ImageFit.Crop), plan.Images["a_chart"]);
        Assert.Equal((false, false, false), (plan.Images.ContainsKey("b_chart"), plan.Text.ContainsKey("a_body"), plan.Text.ContainsKey("b_title")));
    }

    [Fact]
    public void Create_TwoSectionsWithOneSlug_NamesIt() =>
        Assert.Contains("'A'", Assert.Throws<ArgumentException>(() => new DeckPlanner(new DeckPlannerOptions { Sections = [new("a", "", ""), new("A", "", "")] })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{#x}}")]
    [InlineData(" ")]
    public void Create_NameThatNoTokenCanHave_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => new DeckPlanner(new DeckPlannerOptions { Text = new Dictionary<string, object?>(StringComparer.Ordinal) { [name] = 1 } }));

    [Theory]
    [InlineData("total:N2", "1.234,50")]
    [InlineData("csv:N1", "1.234,5")]
    [InlineData("csv:#,##0 €", "1.235 €")]
    [InlineData("whole:D6", "000042")]
    [InlineData("share:P0", "25 %")]
    [InlineData("date:yyyy-MM-dd", "2026-03-05")]
    [InlineData("date:dd. MMMM yyyy", "05. März 2026")]
    [InlineData("day:d", "05.03.2026")]
    [InlineData("moment:HH:mm", "23:15")]
    [InlineData("total", "1234,5")]
    [InlineData("csv", "1234.5")]
    [InlineData("none", "")]
    [InlineData("none:N2", "")]
    [InlineData("blank:N2", "")]
    [InlineData("list", "1, 2, x")]
    [InlineData("customer.city", "Bonn")]
    [InlineData("a:b", "exact")]
    public void Write_FormatsAndCulture(string body, string expected)
    {
        var record = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["total"] = 1234.5m,
            ["csv"] = "1234.5",
            ["whole"] = "42",
            ["share"] = 0.25,
            ["date"] = new DateTime(2026, 3, 5),
            ["day"] = "2026-03-05",
            ["moment"] = "2026-03-05T23:15:00+09:00",
            ["none"] = null,
            ["blank"] = " ",
            ["list"] = new object[] { 1, 2, "x" },
            ["customer"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["city"] = "Bonn" },
            ["a:b"] = "exact",
        };
        var plan = Bench.Plan(record, new DeckPlannerOptions { Culture = CultureInfo.GetCultureInfo("de-DE") });

        Assert.Equal(expected, Write(plan, body).Replace('\u00A0', ' '));
    }

    [Theory]
    [InlineData("name:N2", "can't be written as 'N2'")]
    [InlineData("missing", "have no 'missing'")]
    [InlineData("missing:N2", "have no 'missing'")]
    [InlineData("logo", "names an image")]
    public void Write_NoValue_SaysWhy(string body, string reason)
    {
        var plan = Bench.Plan(new { name = "Ada" }, new DeckPlannerOptions { Images = new Dictionary<string, DeckImage>(StringComparer.Ordinal) { ["{{logo}}"] = new("x.png") } });

        Assert.False(plan.Record.TryWrite(body, out var why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LineEndsAndCharactersThatXmlCannotHold_AreMadeUniform()
    {
        var plan = Bench.Plan(new { text = "a\r\nb\rc\vd\u2028e\u0001\uD800f😀" });

        Assert.Equal("a\nb\nc\nd\nef😀", Write(plan, "text"));
    }

    [Fact]
    public void Expand_ValueThatHoldsAToken_IsNotExpandedAgain()
    {
        var plan = Bench.Plan(new { a = "{{b}}", b = "{{a}}" });

        Assert.Equal("{{b}} {{a}}", plan.Record.Expand("{{a}} {{b}}"));
    }

    [Theory]
    [InlineData(2, "Other", "by number")]
    [InlineData(3, "agenda", "by title")]
    [InlineData(4, null, "by slug")]
    [InlineData(5, null, "the rest", "intro_title")]
    public void NotesFor_NumberTitleSlugOrRest(int number, string? title, string expected, string token = "end_body")
    {
        var plan = Bench.Plan(new { }, new DeckPlannerOptions
        {
            Sections = [new DeckSection("intro", "", ""), new DeckSection("end", "", "")],
            Notes = new Dictionary<string, string>(StringComparer.Ordinal) { ["2"] = "by number", ["Agenda"] = "by title", ["end"] = "by slug", ["*"] = "the rest" },
        });

        Assert.Equal(expected, plan.NotesFor(number, title, [token]));
    }

    private static string Write(DeckPlan plan, string body) => plan.Record.TryWrite(body, out var text) ? text : throw new InvalidOperationException(text);
}
