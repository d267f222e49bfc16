using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using BatchOps.Slides.Pptx;
using BatchOps.Tests;

namespace BatchOps.Slides.Tests.Pptx;

/// <summary>Real decks, with tokens planted across the runs of every paragraph.</summary>
public sealed class CorpusTests
{
    private const string Value = "Größe & <Wert>";

    private static readonly XNamespace A = Filled.A;

    // Some of the decks hold tokens of their own in the usual braces.
    private static readonly TokenSyntax Syntax = new("~~[", "]~~");

    private static readonly string Folder = Path.Combine(Checkout.Root, "..", "shared", "corpus", "pptx");

    public static TheoryData<string> Files() => Directory.Exists(Folder)
        ? new TheoryData<string>(Directory.GetFiles(Folder, "*.pptx").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal))
        : new TheoryData<string>("none");

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Fill_TokensAcrossRunsOfEveryParagraph_AllFilledAndNoNewErrors(string file)
    {
        Assert.SkipUnless(Directory.Exists(Folder), "The corpus of real decks is not beside the checkout.");
        var template = Plant(File.ReadAllBytes(Path.Combine(Folder, file)), out var planted);
        Assert.SkipWhen(planted == 0, "The deck has no paragraph.");
        using var bench = new Bench();

        var filled = await bench.FillAsync(template, Bench.Plan(new { planted = Value }, new DeckPlannerOptions { Syntax = Syntax }));

        Assert.Empty(filled.Result.Unresolved);
        Assert.Equal(planted, filled.Result.TextReplaced);
        var values = filled.Names.Where(IsText).Sum(name => filled.Xml(name).Descendants(A + "p").Sum(paragraph => Count(string.Concat(paragraph.Descendants(A + "t").Select(text => text.Value)), Value)));
        Assert.Equal(planted, values);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Fill_WithoutTokens_PartsStayAsTheyWere(string file)
    {
        Assert.SkipUnless(Directory.Exists(Folder), "The corpus of real decks is not beside the checkout.");
        var template = File.ReadAllBytes(Path.Combine(Folder, file));
        using var bench = new Bench();

        var filled = await bench.FillAsync(template, Bench.Plan(new { nothing = 1 }, new DeckPlannerOptions { Syntax = Syntax }));

        var before = new Filled(filled.Result, template);
        Assert.All(
            filled.Names.Where(name => name.EndsWith(".xml", StringComparison.Ordinal) && name != "[Content_Types].xml"),
            name => Assert.Equal(before.Data(name), filled.Data(name)));
    }

    [Fact]
    public async Task Fill_SlidesOfRealDecksRepeatedAndDropped_NoNewErrors()
    {
        Assert.SkipUnless(Directory.Exists(Folder), "The corpus of real decks is not beside the checkout.");
        foreach (var file in Directory.GetFiles(Folder, "*.pptx").Order(StringComparer.Ordinal))
        {
            var template = Mark(File.ReadAllBytes(file), out var slides);
            using var bench = new Bench();

            var filled = await bench.FillAsync(template, Bench.Plan(new { items = new[] { 1, 2, 3 }, no = false }, new DeckPlannerOptions { Syntax = Syntax }));

            Assert.Equal((((slides + 1) / 2 * 3), 0), (filled.Result.Slides.Count, filled.Result.Unresolved.Count));
            Assert.Equal(filled.Result.Slides.Count, filled.Open(document => document.PresentationPart!.SlideParts.Count()));
        }
    }

    [Fact]
    public async Task Fill_TokensInSingleBraces_TypeAndGuidsOfTheFileAreNoTokens()
    {
        var path = Path.Combine(Folder, "m3dev-in.pptx");
        Assert.SkipUnless(File.Exists(path), "The corpus of real decks is not beside the checkout.");
        var syntax = new TokenSyntax("{", "}");

        var template = PptxTemplate.Open(path, syntax);

        Assert.NotEmpty(template.Tokens);
        Assert.All(template.Tokens, token => Assert.Matches("^[a-z_:0-9.#\\[\\]]+$", token.Name));
        using var bench = new Bench();
        var values = template.Tokens.Select(token => token.Name).Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(name => name, object? (_) => "filled", StringComparer.OrdinalIgnoreCase);
        var filled = await bench.FillAsync(File.ReadAllBytes(path), Bench.Plan(values, new DeckPlannerOptions { Syntax = syntax }));
        Assert.Empty(filled.Result.Unresolved);
        Assert.Equal(template.Tokens.Count, filled.Result.TextReplaced);
    }

    private static bool IsText(string name) =>
        name.EndsWith(".xml", StringComparison.Ordinal) && (name.Contains("/slides/", StringComparison.Ordinal) || name.Contains("/notesSlides/", StringComparison.Ordinal) || name.Contains("/charts/chart", StringComparison.Ordinal)
            || name.Contains("/diagrams/data", StringComparison.Ordinal) || name.Contains("/diagrams/drawing", StringComparison.Ordinal) || name.Contains("/slideLayouts/", StringComparison.Ordinal));

    private static int Count(string text, string part) => (text.Length - text.Replace(part, string.Empty, StringComparison.Ordinal).Length) / part.Length;

    // The second half of each paragraph's last text run becomes runs of other colours, with a token across all of them.
    private static byte[] Plant(byte[] file, out int planted)
    {
        var count = 0;
        var changed = Edit(file, IsText, root =>
        {
            foreach (var paragraph in root.Descendants(A + "p").Where(paragraph => !paragraph.Elements().Any(element => element.Name.LocalName is "r" or "fld" or "br")))
            {
                var run = new XElement(A + "r", new XElement(A + "t", "new"));
                if (paragraph.Element(A + "pPr") is { } properties)
                {
                    properties.AddAfterSelf(run);
                }
                else
                {
                    paragraph.AddFirst(run);
                }
            }

            foreach (var run in root.Descendants(A + "p").Select(paragraph => paragraph.Elements(A + "r").LastOrDefault(run => run.Element(A + "t") is not null)).OfType<XElement>().ToList())
            {
                var after = run;
                run.Element(A + "t")!.Value += " ~~";
                foreach (var (piece, colour) in new[] { ("[pla", "FF0000"), ("nt", "00FF00"), ("ed]", "0000FF"), ("~~ end", "888888") })
                {
                    var next = new XElement(run);
                    next.Element(A + "t")!.Value = piece;
                    var properties = next.Element(A + "rPr");
                    if (properties is null)
                    {
                        properties = new XElement(A + "rPr");
                        next.AddFirst(properties);
                    }

                    properties.Elements().Where(element => element.Name.LocalName is "solidFill" or "noFill" or "gradFill").Remove();
                    var line = properties.Element(A + "ln");
                    var fill = new XElement(A + "solidFill", new XElement(A + "srgbClr", new XAttribute("val", colour)));
                    if (line is null)
                    {
                        properties.AddFirst(fill);
                    }
                    else
                    {
                        line.AddAfterSelf(fill);
                    }

                    after.AddAfterSelf(next);
                    after = next;
                }

                count++;
            }
        });
        planted = count;
        return changed;
    }

    private static byte[] Mark(byte[] file, out int slides)
    {
        var number = 0;
        var changed = Edit(file, name => name.StartsWith("ppt/slides/slide", StringComparison.Ordinal) && name.EndsWith(".xml", StringComparison.Ordinal), root =>
        {
            root.Descendants(Filled.P + "spTree").First().Add(XElement.Parse(Deck.TextShape(9000, "Marker", number % 2 == 0 ? "~~[#each items]~~" : "~~[#if no]~~").Replace("<p:sp>", $"<p:sp {Deck.Namespaces}>", StringComparison.Ordinal)));
            number++;
        });
        slides = number;
        return changed;
    }

    private static byte[] Edit(byte[] file, Func<string, bool> which, Action<XElement> edit)
    {
        using var copy = new MemoryStream();
        copy.Write(file);
        using (var archive = new ZipArchive(copy, ZipArchiveMode.Update, leaveOpen: true))
        {
            foreach (var entry in archive.Entries.Where(entry => which(entry.FullName)).ToList())
            {
                XDocument document;
                using (var stream = entry.Open())
                {
                    document = XDocument.Load(stream, LoadOptions.PreserveWhitespace);
                }

                edit(document.Root!);
                using var output = entry.Open();
                output.SetLength(0);
                output.Write(Encoding.UTF8.GetBytes(document.Declaration + document.ToString(SaveOptions.DisableFormatting)));
            }
        }

        return copy.ToArray();
    }
}
