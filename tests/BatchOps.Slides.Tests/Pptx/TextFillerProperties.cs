using System.Globalization;
using System.Text;
using System.Xml.Linq;
using BatchOps.Slides.Pptx;

namespace BatchOps.Slides.Tests.Pptx;

/// <summary>However a text is cut into runs, what comes out reads as if the text had been filled before it was cut.</summary>
public sealed class TextFillerProperties
{
    private static readonly XNamespace A = Filled.A;

    private static readonly string[] Pieces = ["{{a}}", "{{bb}}", "{{unknown}}", "{", "}", "{{", "}}", " ", "x", "{{a}}{{a}}", "{{ a }}", "é😀", "<&>"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Fill_AnyCutIntoRuns_ReadsAsTheFilledText(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            var paragraph = Cut(text, random, out var runs);

            var count = new TextFiller(TokenSyntax.Default, Value).Fill(paragraph);

            var expected = Expected(text, out var replaced);
            Assert.Equal(expected, string.Concat(paragraph.Elements(A + "r").Select(run => run.Element(A + "t")!.Value)));
            Assert.Equal(replaced, count);
            Assert.Equal(Enumerable.Range(0, runs).Select(i => i.ToString(CultureInfo.InvariantCulture)), paragraph.Elements(A + "r").Select(run => run.Element(A + "rPr")!.Attribute("sz")!.Value));
        }
    }

    private static bool Value(string literal, string body, out string value)
    {
        value = body switch { "a" => "{{bb}}", "bb" => "", _ => "?" };
        return body != "unknown";
    }

    private static string Expected(string text, out int replaced)
    {
        var written = new StringBuilder();
        var at = 0;
        replaced = 0;
        foreach (var token in TokenSyntax.Default.Find(text))
        {
            if (Value(string.Empty, token.Body, out var value))
            {
                written.Append(text, at, token.Start - at).Append(value);
                at = token.End;
                replaced++;
            }
        }

        return written.Append(text, at, text.Length - at).ToString();
    }

    private static XElement Cut(string text, Random random, out int runs)
    {
        var paragraph = new XElement(A + "p");
        var at = 0;
        runs = 0;
        while (at < text.Length || runs == 0)
        {
            // Runs may be empty.
            var length = random.Next(0, Math.Min(4, text.Length - at) + 1);
            paragraph.Add(new XElement(A + "r", new XElement(A + "rPr", new XAttribute("sz", runs)), new XElement(A + "t", text.Substring(at, length))));
            at += length;
            runs++;
        }

        return paragraph;
    }
}
