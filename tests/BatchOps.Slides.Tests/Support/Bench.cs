using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using BatchOps.Slides.Pptx;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;

namespace BatchOps.Slides.Tests;

/// <summary>Fills templates in a folder of its own, and opens what came of it.</summary>
internal sealed class Bench : IDisposable
{
    private readonly TempFolder _folder = new();

    public Bench() => Images = new ImageStore(_folder.Name);

    public TempFolder Folder => _folder;

    public ImageStore Images { get; }

    public string Output => _folder.File("out/deck.pptx");

    public static DeckPlan Plan(object record, DeckPlannerOptions? options = null) =>
        new DeckPlanner((options ?? new DeckPlannerOptions()) with { Culture = options?.Culture ?? CultureInfo.InvariantCulture }).Plan(View(record));

    /// <summary>Fills a template and proves that the outcome is as valid as it.</summary>
    public async Task<Filled> FillAsync(byte[] template, DeckPlan plan, PptxTargetOptions? options = null)
    {
        var result = await new PptxTarget(Images, options).FillAsync(PptxTemplate.Read(template, "template.pptx", plan.Syntax), plan, Output, cancellationToken: TestContext.Current.CancellationToken);
        var bytes = File.ReadAllBytes(Output);
        Assert.Equal([], NewErrors(template, bytes));
        return new Filled(result, bytes);
    }

    public Task<Filled> FillAsync(byte[] template, object record, DeckPlannerOptions? options = null) => FillAsync(template, Plan(record, options));

    /// <summary>What the Open XML SDK holds against a deck that it does not hold against its template.</summary>
    public static List<string> NewErrors(byte[] template, byte[] deck)
    {
        var known = Errors(template).GroupBy(error => error, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        return Errors(deck).Where(error => !known.ContainsKey(error)).ToList();
    }

    public void Dispose()
    {
        Images.Dispose();
        _folder.Dispose();
    }

    private static IReadOnlyDictionary<string, object?> View(object record) => record as IReadOnlyDictionary<string, object?>
        ?? record.GetType().GetProperties().ToDictionary(property => property.Name, property => property.GetValue(record), StringComparer.Ordinal);

    private static List<string> Errors(byte[] file)
    {
        using var stream = new MemoryStream(file);
        using var document = PresentationDocument.Open(stream, isEditable: false);
        return new OpenXmlValidator(FileFormatVersions.Microsoft365).Validate(document, TestContext.Current.CancellationToken)
            .Select(error => $"{error.Part?.GetType().Name}: {error.Id} {error.Description} {error.Path?.XPath}")
            .ToList();
    }
}

/// <summary>A deck that was made.</summary>
internal sealed record Filled(DeckResult Result, byte[] Bytes)
{
    public static readonly XNamespace A = "http://schemas.openxmlformats.org/drawingml/2006/main";
    public static readonly XNamespace P = "http://schemas.openxmlformats.org/presentationml/2006/main";
    public static readonly XNamespace R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    public IReadOnlyList<string> Names => Read(archive => archive.Entries.Select(entry => entry.FullName).ToList());

    public XElement Xml(string part) => XElement.Parse(Text(part));

    public string Text(string part) => Encoding.UTF8.GetString(Data(part));

    public byte[] Data(string part) => Read(archive =>
    {
        using var entry = (archive.GetEntry(part.TrimStart('/')) ?? throw new FileNotFoundException(part)).Open();
        using var copy = new MemoryStream();
        entry.CopyTo(copy);
        return copy.ToArray();
    });

    /// <summary>The paragraphs of each slide, line breaks as <c>|</c>.</summary>
    public List<List<string>> Slides => Parts().Select(slide => Paragraphs(slide.Slide!.OuterXml)).ToList();

    public List<List<string>> Notes => Parts().Select(slide => slide.NotesSlidePart is null ? [] : Paragraphs(slide.NotesSlidePart.NotesSlide!.OuterXml)).ToList();

    public static List<string> Paragraphs(string xml) => XElement.Parse(xml).Descendants(A + "p")
        .Select(paragraph => string.Concat(paragraph.Descendants().Where(element => element.Name == A + "t" || element.Name == A + "br").Select(element => element.Name == A + "br" ? "|" : element.Value)))
        .ToList();

    public T Open<T>(Func<PresentationDocument, T> look)
    {
        using var stream = new MemoryStream(Bytes);
        using var document = PresentationDocument.Open(stream, isEditable: false);
        return look(document);
    }

    private List<SlidePart> Parts()
    {
        var document = PresentationDocument.Open(new MemoryStream(Bytes), isEditable: false);
        return document.PresentationPart!.Presentation!.SlideIdList!.Elements<DocumentFormat.OpenXml.Presentation.SlideId>()
            .Select(id => (SlidePart)document.PresentationPart.GetPartById(id.RelationshipId!)).ToList();
    }

    private T Read<T>(Func<ZipArchive, T> look)
    {
        using var archive = new ZipArchive(new MemoryStream(Bytes));
        return look(archive);
    }
}
