using System.Globalization;
using System.Xml.Linq;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>The parts of one deck in the making, over those of its template.</summary>
internal sealed class DeckPackage
{
    private readonly Dictionary<string, DeckPart> _parts = new(PartName.Comparer);
    private readonly Dictionary<string, int> _numbers = new(PartName.Comparer);
    private readonly Dictionary<string, DeckPart> _images = new(StringComparer.Ordinal);
    private readonly DeckPart _root;

    public DeckPackage(PptxTemplate template)
    {
        Template = template;
        foreach (var part in template.Parts.Values)
        {
            _parts.Add(part.Name, new DeckPart(part.Name, part));
        }

        Types = new ContentTypes(template.ContentTypes);
        _root = new DeckPart("/", "package", ZipPayload.Store(ReadOnlyMemory<byte>.Empty));
        _root.Replace(template.Relationships);
        Presentation = _parts[template.PresentationPart];
    }

    public PptxTemplate Template { get; }

    public ContentTypes Types { get; }

    public DeckPart Presentation { get; }

    public DeckPart PackageRoot => _root;

    public IReadOnlyCollection<DeckPart> Parts => _parts.Values;

    public DeckPart? Find(string? name) => name is not null && _parts.TryGetValue(name, out var part) ? part : null;

    public DeckPart? Follow(DeckPart source, string kind) => Find(source.Relationships.FirstOrDefault(link => link.Kind == kind)?.Part);

    public DeckPart Add(DeckPart part)
    {
        _parts.Add(part.Name, part);
        Types.Add(part.Name, part.ContentType);
        return part;
    }

    public void Remove(DeckPart part)
    {
        _parts.Remove(part.Name);
        Types.Remove(part.Name);
    }

    /// <summary>A name like a given one that no part has.</summary>
    public string FreeName(string like)
    {
        var dot = like.LastIndexOf('.');
        dot = dot > like.LastIndexOf('/') ? dot : like.Length;
        var extension = like[dot..];
        var stem = like[..dot].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        if (!_numbers.TryGetValue(stem, out var number))
        {
            number = 0;
        }

        string name;
        do
        {
            number++;
            name = string.Create(CultureInfo.InvariantCulture, $"{stem}{number}{extension}");
        }
        while (_parts.ContainsKey(name));
        _numbers[stem] = number;
        return name;
    }

    /// <summary>The part of a picture; equal pictures share one.</summary>
    public DeckPart Image(ImageContent image)
    {
        if (!_images.TryGetValue(image.Hash, out var part))
        {
            part = Add(new DeckPart(FreeName("/ppt/media/image1." + image.Extension), image.ContentType, image.Payload));
            _images.Add(image.Hash, part);
        }

        return part;
    }

    /// <summary>
    /// Copies a part with all parts of its own. Content is copied as the template has it: copies are made before anything is
    /// filled. Comments are not copied, as each has its place in one conversation.
    /// </summary>
    public DeckPart Copy(DeckPart source)
    {
        var copies = new Dictionary<string, DeckPart>(PartName.Comparer);
        Copy(source, copies);
        foreach (var (from, copy) in copies)
        {
            var links = new List<Relationship>();
            var changed = false;
            foreach (var link in _parts[from].Relationships)
            {
                if (link.Kind == "comments")
                {
                    changed = true;
                }
                else if (link.Part is not null && copies.TryGetValue(link.Part, out var target))
                {
                    links.Add(link with { Part = target.Name, Target = PartName.Relative(copy.Name, target.Name) });
                    changed = true;
                }
                else
                {
                    links.Add(link);
                }
            }

            if (changed)
            {
                copy.Replace(links);
            }
        }

        return copies[source.Name];
    }

    /// <summary>A part and all parts of its own, each with the relationship of the first that leads to it.</summary>
    public IEnumerable<(DeckPart Part, string? Link)> Unit(DeckPart first)
    {
        var seen = new HashSet<string>(PartName.Comparer) { first.Name };
        var open = new Queue<(DeckPart Part, string? Link)>([(first, null)]);
        while (open.TryDequeue(out var next))
        {
            yield return next;
            foreach (var link in next.Part.Relationships)
            {
                if (RelationshipKind.IsOwned(link.Kind) && Find(link.Part) is { } part && seen.Add(part.Name))
                {
                    open.Enqueue((part, next.Link ?? link.Id));
                }
            }
        }
    }

    /// <summary>Removes a part with every reference to it, and then what nothing leads to any more.</summary>
    public void Drop(IReadOnlyCollection<DeckPart> dropped)
    {
        var names = dropped.Select(part => part.Name).ToHashSet(PartName.Comparer);
        foreach (var part in _parts.Values.Where(part => !names.Contains(part.Name)).ToList())
        {
            foreach (var link in part.Relationships.Where(link => link.Part is not null && names.Contains(link.Part)).ToList())
            {
                part.Sever(link.Id);
            }
        }

        foreach (var part in dropped)
        {
            Remove(part);
        }

        Collect();
    }

    /// <summary>Removes the parts that nothing leads to, save those that nothing led to in the template either.</summary>
    public void Collect()
    {
        var reached = Reach(_root.Relationships, name => Find(name)?.Relationships);
        var before = Reach(Template.Relationships, name => Template.Parts.TryGetValue(name, out var part) ? part.Relationships : null);
        foreach (var part in _parts.Values.Where(part => !reached.Contains(part.Name) && (part.Origin is null || before.Contains(part.Origin.Name))).ToList())
        {
            Remove(part);
        }
    }

    public void Write(Stream output, CancellationToken cancellationToken)
    {
        var writer = new ZipWriter(output);
        writer.Add("[Content_Types].xml", ZipPayload.Deflate(XmlParts.Write(Types.Write())));
        writer.Add("_rels/.rels", Links(_root));
        foreach (var part in _parts.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Add(part.Entry, part.Content());
            if (part.RelationshipsChanged ? part.Relationships.Count > 0 : part.Origin?.RelationshipsPayload is not null)
            {
                writer.Add(PartName.Relationships("/" + part.Entry)[1..], part.RelationshipsChanged ? Links(part) : part.Origin!.RelationshipsPayload!);
            }
        }

        writer.Complete();
    }

    private static ZipPayload Links(DeckPart part) => ZipPayload.Deflate(XmlParts.Write(new XDocument(
        new XDeclaration("1.0", "UTF-8", "yes"),
        new XElement(
            Ns.Package + "Relationships",
            part.Relationships.Select(link => new XElement(
                Ns.Package + "Relationship",
                new XAttribute("Id", link.Id),
                new XAttribute("Type", link.Type),
                new XAttribute("Target", link.Target),
                link.IsExternal ? new XAttribute("TargetMode", "External") : null))))));

    private static HashSet<string> Reach(IReadOnlyList<Relationship> root, Func<string, IReadOnlyList<Relationship>?> follow)
    {
        var reached = new HashSet<string>(PartName.Comparer);
        var open = new Stack<string>(root.Where(link => link.Part is not null).Select(link => link.Part!));
        while (open.TryPop(out var name))
        {
            if (follow(name) is { } links && reached.Add(name))
            {
                foreach (var link in links)
                {
                    if (link.Part is not null)
                    {
                        open.Push(link.Part);
                    }
                }
            }
        }

        return reached;
    }

    private void Copy(DeckPart source, Dictionary<string, DeckPart> copies)
    {
        if (copies.ContainsKey(source.Name))
        {
            return;
        }

        var copy = Add(new DeckPart(FreeName(source.Name), source.Origin!));
        copies.Add(source.Name, copy);
        foreach (var link in source.Relationships)
        {
            if (link.Kind != "comments" && RelationshipKind.IsOwned(link.Kind) && Find(link.Part) is { } target)
            {
                Copy(target, copies);
            }
        }
    }
}
