using System.Text;
using BatchOps.Emulators.Google;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google.Presentations;

public sealed class SinglePassProperties
{
    private static readonly string[] Pieces = ["{{a}}", "{{b}}", "{{ a }}", "{{c:N0}}", "{{A}}", "{{nobody}}", "{", "}", "{{", "}}", "a", "b", " ", "\n", "\v", "text", "\U0001F600"];
    private static readonly string[] Values = ["{{b}}", "a", "{{", "}}", "{", "}", "", "{{a}} {{b}}", "\U0001F600", "plain", "{{nobody}}"];

    /// <summary>However texts and values look, and whichever requests that takes: each text is filled in one pass.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task AnyText_WithAnyValues_IsFilledInOnePass(int seed)
    {
        var random = new Random(seed);
        var texts = new List<(string Id, string Text)>();
        await using var bench = await DeckBench.WithAsync(
            deck =>
            {
                for (var slide = 0; slide < 40; slide++)
                {
                    var page = deck.AddSlide($"slide_{slide}");
                    for (var shape = 0; shape < 3; shape++)
                    {
                        var runs = Enumerable.Range(0, random.Next(1, 8)).Select(_ => new TextRun(Pieces[random.Next(Pieces.Length)])).ToList();
                        page.AddShape($"shape_{slide}_{shape}", runs);
                        texts.Add(($"shape_{slide}_{shape}", string.Concat(runs.Select(run => run.Text))));
                    }
                }
            },
            new GoogleTargetOptions { AllowUnresolved = true });
        var plan = Bench.Plan(new { a = Values[random.Next(Values.Length)], b = Values[random.Next(Values.Length)], c = 1234.5 });

        var result = await bench.FillAsync(GoogleDeck.Copy(plan, DeckBench.TemplateId, "Deck", "stamp"));

        var deck = bench.Deck(result);
        Assert.All(texts, text => Assert.Equal(Fill(text.Text, plan), deck.Element(text.Id).Text!.Text));
        Assert.Equal(1, bench.Writes);
    }

    private static string Fill(string text, DeckPlan plan)
    {
        var filled = new StringBuilder();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] is '\n' or '\v')
            {
                filled.Append(plan.Record.Expand(text[start..i])).Append(text.AsSpan(i, i == text.Length ? 0 : 1));
                start = i + 1;
            }
        }

        return filled.ToString();
    }
}
