namespace BatchOps.Slides.Tests.Plan;

public sealed class SlideRuleTests
{
    [Theory]
    [InlineData("#if paid", SlideRuleKind.If, "paid", null, null)]
    [InlineData("#IF region == EU", SlideRuleKind.If, "region", "==", "EU")]
    [InlineData("#unless  first name != 'Ada L'", SlideRuleKind.Unless, "first name", "!=", "Ada L")]
    [InlineData("#each order.items", SlideRuleKind.Each, "order.items", null, null)]
    public void Parse_ReadsRules(string body, SlideRuleKind kind, string name, string? comparison, string? operand) =>
        Assert.Equal(new SlideRule(kind, name, comparison, operand), SlideRule.Parse(body));

    [Theory]
    [InlineData("paid")]
    [InlineData("#if")]
    [InlineData("#while x")]
    [InlineData("#each x == 1")]
    [InlineData("/if")]
    public void Parse_AnythingElse_IsNone(string body) => Assert.Null(SlideRule.Parse(body));

    [Theory]
    [InlineData("yes", true)]
    [InlineData("True", true)]
    [InlineData("1", true)]
    [InlineData("anything", true)]
    [InlineData("false", false)]
    [InlineData(" No ", false)]
    [InlineData("0", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData(0, false)]
    [InlineData(0.5, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void IsTrue_WordsOfTables(object? value, bool expected) => Assert.Equal(expected, SlideRule.IsTrue(value));

    [Theory]
    [InlineData("#if region == eu", true)]
    [InlineData("#if region != EU", false)]
    [InlineData("#unless region == US", true)]
    [InlineData("#if count == 3", true)]
    [InlineData("#if count == 3.0", true)]
    [InlineData("#if count == 4", false)]
    public void Holds_ComparesTextWithoutCaseAndNumbers(string body, bool expected) =>
        Assert.Equal(expected, SlideRule.Parse(body)!.Holds(Bench.Plan(new { region = "EU", count = 3 }).Record));

    [Fact]
    public void Decide_EachWithCondition_AsksForEachItem()
    {
        var plan = Bench.Plan(new { name = "outer", items = new[] { Item("a", true), Item("b", false), Item("c", true) } });

        var scopes = plan.Decide([SlideRule.Parse("#each items")!, SlideRule.Parse("#if good")!], out var unknown);

        Assert.Null(unknown);
        Assert.Equal(["a 1/3", "c 3/3"], scopes.Select(scope => scope.Expand("{{name}} {{@number}}/{{@count}}")));

        static Dictionary<string, object?> Item(string name, bool good) => new(StringComparer.Ordinal) { ["name"] = name, ["good"] = good };
    }

    [Fact]
    public void Decide_ItemsThatAreValues_AreTheDot()
    {
        var plan = Bench.Plan(new { name = "outer", items = new[] { "x", "y" } });

        Assert.Equal(["x of outer", "y of outer"], plan.Decide([SlideRule.Parse("#each items")!], out _).Select(scope => scope.Expand("{{.}} of {{name}}")));
    }

    [Theory]
    [InlineData("#each missing")]
    [InlineData("#if missing")]
    public void Decide_NameThatIsNotThere_KeepsTheSlideAndSaysSo(string body)
    {
        var rule = SlideRule.Parse(body)!;

        Assert.Single(Bench.Plan(new { a = 1 }).Decide([rule], out var unknown));
        Assert.Equal(rule, unknown);
    }

    [Fact]
    public void Decide_EmptyCollection_DropsTheSlide() =>
        Assert.Empty(Bench.Plan(new { items = Array.Empty<int>() }).Decide([SlideRule.Parse("#each items")!], out _));
}
