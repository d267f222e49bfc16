using System.Xml.Linq;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>A part of a template. Never changed once it is read; decks work on copies.</summary>
internal sealed class TemplatePart
{
    private readonly DeckLimits _limits;
    private XDocument? _document;

    public TemplatePart(string name, string entry, string contentType, ZipPayload payload, DeckLimits limits)
    {
        Name = name;
        Entry = entry;
        ContentType = contentType;
        Payload = payload;
        Kind = PartTypes.Kind(contentType, name);
        _limits = limits;
    }

    public string Name { get; }

    /// <summary>Its name in the archive, where it may be escaped.</summary>
    public string Entry { get; }

    public string ContentType { get; }

    public ZipPayload Payload { get; }

    public PartKind Kind { get; }

    public bool IsXml => Kind is PartKind.Fillable or PartKind.Slide or PartKind.Notes or PartKind.Presentation or PartKind.OtherXml;

    /// <summary>Whether text is filled here.</summary>
    public bool IsFillable => Kind is PartKind.Fillable or PartKind.Slide or PartKind.Notes or PartKind.Presentation;

    public IReadOnlyList<Relationship> Relationships { get; set; } = [];

    public ZipPayload? RelationshipsPayload { get; set; }

    /// <summary>The tokens that stand in it, those of its outward links included.</summary>
    public IReadOnlyList<FoundToken> Tokens { get; set; } = [];

    /// <summary>The workbook that it is, when a chart draws it.</summary>
    public WorkbookTemplate? Workbook { get; set; }

    public bool HasLinkTokens { get; set; }

    /// <summary>The parsed content; must not be changed.</summary>
    public XDocument Document => _document ??= XmlParts.Parse(Payload.Unpack(), _limits);

    /// <summary>Lets go of the parsed content of parts that hardly any deck looks at.</summary>
    public void Forget() => _document = null;
}
