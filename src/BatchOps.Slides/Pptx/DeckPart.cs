using System.Globalization;
using System.Xml.Linq;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>A part of a deck in the making: the template's as it is, a changed copy, or new.</summary>
internal sealed class DeckPart
{
    private XDocument? _document;
    private List<Relationship>? _relationships;

    public DeckPart(string name, TemplatePart origin)
    {
        Name = name;
        ContentType = origin.ContentType;
        Origin = origin;
    }

    public DeckPart(string name, string contentType, ZipPayload payload)
    {
        Name = name;
        ContentType = contentType;
        Payload = payload;
    }

    public DeckPart(string name, string contentType, XDocument document)
    {
        Name = name;
        ContentType = contentType;
        _document = document;
        IsChanged = true;
    }

    public string Name { get; }

    /// <summary>Its name in the archive.</summary>
    public string Entry => Origin is not null && Origin.Name == Name ? Origin.Entry : PartName.Encode(Name)[1..];

    public string ContentType { get; set; }

    /// <summary>The template's part that it began as.</summary>
    public TemplatePart? Origin { get; }

    /// <summary>Content that replaces the template's.</summary>
    public ZipPayload? Payload { get; set; }

    /// <summary>Whether the XML differs from the template's.</summary>
    public bool IsChanged { get; set; }

    public bool RelationshipsChanged { get; private set; }

    /// <summary>Tokens that values brought along, which are data and not left over.</summary>
    public List<string> Introduced { get; } = [];

    /// <summary>Why tokens were not replaced.</summary>
    public Dictionary<string, string> Reasons { get; } = new(StringComparer.Ordinal);

    /// <summary>The content, to be changed; whoever does sets <see cref="IsChanged"/>.</summary>
    public XDocument Document => _document ??= new XDocument(Origin!.Document);

    /// <summary>The content, only to be looked at.</summary>
    public XElement Root => (_document ?? Origin!.Document).Root!;

    public IReadOnlyList<Relationship> Relationships => _relationships ?? Origin?.Relationships ?? [];

    /// <summary>Whether anything is left as in the template, so that its bytes can be copied.</summary>
    public bool IsAsInTemplate => !IsChanged && Payload is null && Origin is not null;

    public ZipPayload Content() => Payload ?? (IsChanged ? ZipPayload.Deflate(XmlParts.Write(Document)) : Origin!.Payload);

    public string Relate(string kindOrType, DeckPart target)
    {
        var type = kindOrType.Contains(':', StringComparison.Ordinal) ? kindOrType : RelationshipKind.Uri(kindOrType);
        var existing = Relationships.FirstOrDefault(link => link.Type == type && PartName.Comparer.Equals(link.Part, target.Name));
        if (existing is not null)
        {
            return existing.Id;
        }

        var number = Relationships.Count;
        string id;
        do
        {
            number++;
            id = string.Create(CultureInfo.InvariantCulture, $"rId{number}");
        }
        while (Relationships.Any(link => link.Id == id));

        Edit().Add(new Relationship(id, type, PartName.Relative(Name, target.Name), target.Name));
        return id;
    }

    public void Replace(IEnumerable<Relationship> relationships)
    {
        _relationships = relationships.ToList();
        RelationshipsChanged = true;
    }

    public void Unrelate(string id) => Edit().RemoveAll(link => link.Id == id);

    public void Retarget(string id, Func<Relationship, Relationship> change)
    {
        var list = Edit();
        var at = list.FindIndex(link => link.Id == id);
        list[at] = change(list[at]);
    }

    /// <summary>Removes a relationship and the elements that refer to it: entries of lists, hyperlinks.</summary>
    public void Sever(string id)
    {
        Unrelate(id);
        if (Origin is { IsXml: false })
        {
            return;
        }

        foreach (var element in Document.Descendants().Where(element => element.Attributes().Any(attribute => attribute.Name.Namespace == Ns.R && attribute.Value == id)).ToList())
        {
            element.Remove();
            IsChanged = true;
        }
    }

    private List<Relationship> Edit()
    {
        RelationshipsChanged = true;
        return _relationships ??= [.. Relationships];
    }
}
