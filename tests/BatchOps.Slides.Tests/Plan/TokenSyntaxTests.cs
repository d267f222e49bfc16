namespace BatchOps.Slides.Tests.Plan;

public sealed class TokenSyntaxTests
{
    [Theory]
    [InlineData("Dear {{name}},", "name")]
    [InlineData("{{ first name }} and {{last}}", "first name|last")]
    [InlineData("{{{name}}}", "name")]
    [InlineData("{{a {{b}} c}}", "b")]
    [InlineData("{{total:#,##0.00}}", "total:#,##0.00")]
    [InlineData("{{}} {{ }} {{open", "")]
    [InlineData("}} {{", "")]
    [InlineData("{{a\nb}}", "")]
    [InlineData("{{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}}", "")]
    public void Find_ListsBodies(string text, string bodies) =>
        Assert.Equal(bodies, string.Join('|', TokenSyntax.Default.Find(text).Select(token => token.Body)));

    [Theory]
    [InlineData("%%", "%%", "a %%b%% c %%d%%", "b|d")]
    [InlineData("[", "]", "[x][y]", "x|y")]
    [InlineData("<<", ">>", "<<<x>>>", "x")]
    public void Find_OtherDelimiters_ListsBodies(string open, string close, string text, string bodies) =>
        Assert.Equal(bodies, string.Join('|', new TokenSyntax(open, close).Find(text).Select(token => token.Body)));

    [Fact]
    public void Find_Places_CutTheTokenOutOfTheText()
    {
        const string text = "a {{ b }} c";

        var token = Assert.Single(TokenSyntax.Default.Find(text));

        Assert.Equal(("{{ b }}", " c"), (token.In(text), text[token.End..]));
    }

    [Fact]
    public void Find_BodyLongerThan250_IsNoToken() => Assert.Empty(TokenSyntax.Default.Find("{{" + new string('x', 251) + "}}"));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("{ ")]
    [InlineData(":")]
    [InlineData("{{{{{{{{{")]
    public void Create_DelimiterThatNamesAreMadeOf_SaysWhatIsAllowed(string delimiter)
    {
        Assert.ThrowsAny<ArgumentException>(() => new TokenSyntax(delimiter, "}}"));
        Assert.ThrowsAny<ArgumentException>(() => new TokenSyntax("{{", delimiter));
    }

    [Theory]
    [InlineData("{{logo}}", "logo")]
    [InlineData(" {{ logo }} ", "logo")]
    [InlineData("logo", "logo")]
    public void Bare_TakesDelimitersOff(string name, string bare) => Assert.Equal(bare, TokenSyntax.Default.Bare(name));
}
