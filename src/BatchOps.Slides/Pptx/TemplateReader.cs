using System.Text;
using System.Xml;
using System.Xml.Linq;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>Reads a presentation, checks all of it and lists the tokens in it.</summary>
/// <param name="name">What messages call it.</param>
/// <param name="syntax">How tokens look.</param>
/// <param name="limits">What it may hold at most.</param>
internal sealed class TemplateReader(string name, TokenSyntax syntax, DeckLimits limits)
{
    private const string ContentTypesName = "[Content_Types].xml";

    private readonly Dictionary<string, TemplatePart> _parts = new(PartName.Comparer);

    private static ReadOnlySpan<byte> CompoundFile => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    public PptxTemplate Read(byte[] bytes)
    {
        CheckSignature(bytes);
        try
        {
            return ReadPackage(bytes);
        }
        catch (ZipEncryptedException failure)
        {
            throw new DeckException(DeckFault.Encrypted, $"The template '{name}' is a protected archive ({failure.Message}); save it without a password.", failure);
        }
        catch (ZipLimitException failure)
        {
            throw new DeckException(DeckFault.TooLarge, $"The template '{name}' is too large: {failure.Message}.", failure);
        }
        catch (Exception failure) when (failure is InvalidDataException or XmlException or ArgumentException or FormatException or OverflowException)
        {
            throw Damaged(failure.Message, failure);
        }
    }

    private PptxTemplate ReadPackage(byte[] bytes)
    {
        var entries = ZipReader.Read(bytes, limits);
        var types = CheckContentTypes(entries);
        var relationships = new Dictionary<string, ZipPayload>(PartName.Comparer);
        foreach (var (entry, payload) in entries)
        {
            var part = "/" + entry.Replace('\\', '/');
            if (part.EndsWith(".rels", StringComparison.OrdinalIgnoreCase))
            {
                relationships[part] = payload;
            }
            else if (entry != ContentTypesName)
            {
                var plain = Uri.UnescapeDataString(part);
                _parts[plain] = new TemplatePart(plain, part[1..], types.Of(plain), payload, limits);
            }
        }

        var root = relationships.TryGetValue("/_rels/.rels", out var own) ? ReadRelationships("/", own) : throw Damaged("its relationships are missing");
        foreach (var part in _parts.Values)
        {
            if (relationships.TryGetValue(PartName.Relationships("/" + part.Entry), out var payload))
            {
                part.RelationshipsPayload = payload;
                part.Relationships = ReadRelationships(part.Name, payload);
            }
        }

        var presentation = FindPresentation(root);
        var workbooks = _parts.Values
            .Where(part => part.ContentType.Contains("chart", StringComparison.OrdinalIgnoreCase))
            .SelectMany(part => part.Relationships)
            .Where(link => link is { Kind: RelationshipKind.Package, Part: not null })
            .Select(link => link.Part!)
            .ToHashSet(PartName.Comparer);
        foreach (var part in _parts.Values)
        {
            ReadTokens(part, workbooks.Contains(part.Name));
        }

        var slides = ReadSlides(presentation);
        foreach (var part in _parts.Values)
        {
            if (part.Kind is PartKind.OtherXml || (part.Kind == PartKind.Fillable && part.Tokens.Count == 0))
            {
                part.Forget();
            }
        }

        var numbers = slides.SelectMany(slide => Unit(slide.Part).Select(part => (part.Name, slide.Number))).DistinctBy(pair => pair.Name, PartName.Comparer).ToDictionary(pair => pair.Name, pair => pair.Number, PartName.Comparer);
        return new PptxTemplate(name, syntax, limits)
        {
            Parts = _parts,
            Relationships = root,
            ContentTypes = types,
            PresentationPart = presentation.Name,
            Slides = slides,
            Tokens = _parts.Values
                .SelectMany(part => part.Tokens.Select(token => new TemplateToken(token.Literal, token.Body, numbers.TryGetValue(part.Name, out var number) ? number : null, token.Shape, part.Name, token.Reason)))
                .ToList(),
        };
    }

    private void CheckSignature(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith(CompoundFile))
        {
            var isProtected = bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes("EncryptedPackage")) >= 0;
            throw new DeckException(
                DeckFault.Encrypted,
                isProtected
                    ? $"The template '{name}' is protected by a password; save it without one."
                    : $"The template '{name}' is in the old binary format (.ppt); save it as .pptx.");
        }

        if (!bytes.AsSpan().StartsWith("PK"u8))
        {
            throw new DeckException(DeckFault.NotAPresentation, $"The template '{name}' is {(bytes.Length == 0 ? "empty" : "no .pptx file")}; save it from PowerPoint as .pptx.");
        }
    }

    private ContentTypes CheckContentTypes(List<(string Name, ZipPayload Payload)> entries)
    {
        var payload = entries.FirstOrDefault(entry => entry.Name == ContentTypesName).Payload
            ?? throw new DeckException(DeckFault.NotAPresentation, $"The template '{name}' is an archive but no presentation; save it from PowerPoint as .pptx.");
        return ContentTypes.Read(Parse(ContentTypesName, payload));
    }

    private TemplatePart FindPresentation(IReadOnlyList<Relationship> root)
    {
        var link = root.FirstOrDefault(link => link.Kind == RelationshipKind.OfficeDocument) ?? throw Damaged("it does not say which part is the presentation");
        if (link.Type.StartsWith("http://purl.oclc.org/", StringComparison.Ordinal))
        {
            throw new DeckException(DeckFault.Strict, $"The template '{name}' is in the Strict format; save it as 'PowerPoint Presentation (.pptx)', not as 'Strict Open XML Presentation'.");
        }

        if (link.Part is null || !_parts.TryGetValue(link.Part, out var part))
        {
            throw Damaged($"its part '{link.Target}' is missing");
        }

        if (part.ContentType.Contains("macroEnabled", StringComparison.OrdinalIgnoreCase) || _parts.Values.Any(one => one.ContentType == "application/vnd.ms-office.vbaProject"))
        {
            throw new DeckException(DeckFault.MacroEnabled, $"The template '{name}' holds macros, which would be carried into every deck; save it as .pptx without them.");
        }

        if (!PartTypes.IsPresentation(part.ContentType))
        {
            var what = part.ContentType.Contains("wordprocessing", StringComparison.Ordinal) ? "a Word document" : part.ContentType.Contains("spreadsheet", StringComparison.Ordinal) ? "an Excel workbook" : $"of the type '{part.ContentType}'";
            throw new DeckException(DeckFault.NotAPresentation, $"The template '{name}' is {what}, no presentation.");
        }

        if (part.Document.Root!.Name != Ns.P + "presentation")
        {
            throw new DeckException(DeckFault.Strict, $"The template '{name}' has a presentation of the kind '{part.Document.Root.Name}'; save it as .pptx from PowerPoint.");
        }

        return part;
    }

    private List<Relationship> ReadRelationships(string source, ZipPayload payload)
    {
        var list = new List<Relationship>();
        foreach (var link in Parse(source + " (relationships)", payload).Root!.Elements(Ns.Package + "Relationship"))
        {
            var target = (string?)link.Attribute("Target") ?? string.Empty;
            var external = string.Equals((string?)link.Attribute("TargetMode"), "External", StringComparison.OrdinalIgnoreCase);
            list.Add(new Relationship((string?)link.Attribute("Id") ?? string.Empty, (string?)link.Attribute("Type") ?? string.Empty, target, external ? null : PartName.Resolve(source, target)) { IsExternal = external });
        }

        return list;
    }

    private void ReadTokens(TemplatePart part, bool isWorkbook)
    {
        var links = part.Relationships.Where(link => link.IsExternal)
            .SelectMany(link => FoundToken.In(LinkTarget.Decode(link.Target, syntax), syntax, null))
            .Select(token => token with { Body = Uri.UnescapeDataString(token.Body), Literal = syntax.Write(Uri.UnescapeDataString(token.Body)) })
            .ToList();
        part.HasLinkTokens = links.Count > 0;
        if (part.IsXml)
        {
            if (part.Payload.Size > limits.XmlPartBytes)
            {
                throw new ZipLimitException($"its part '{part.Name}' unpacks to more than {limits.XmlPartBytes >> 20} MB");
            }

            try
            {
                links.AddRange(FoundToken.In(part.Document.Root!, syntax));
            }
            catch (XmlException failure)
            {
                throw Damaged($"its part '{part.Name}' is not well-formed: {failure.Message}", failure);
            }

            part.Tokens = part.IsFillable ? links : links.Select(token => token with { Reason = token.Reason ?? "nothing is filled in parts of this kind" }).ToList();
            return;
        }

        if (part.Kind != PartKind.Embedded)
        {
            part.Payload.Verify();
            part.Tokens = links;
            return;
        }

        var bytes = part.Payload.Unpack();
        if (isWorkbook && WorkbookTemplate.TryRead(bytes, syntax, limits) is { } workbook)
        {
            part.Workbook = workbook;
            links.AddRange(workbook.Tokens);
        }
        else
        {
            links.AddRange(EmbeddedText.Tokens(bytes, syntax, limits));
        }

        part.Tokens = links;
    }

    private List<TemplateSlide> ReadSlides(TemplatePart presentation)
    {
        var slides = new List<TemplateSlide>();
        foreach (var entry in presentation.Document.Root!.Elements(Ns.P + "sldIdLst").Elements(Ns.P + "sldId"))
        {
            var id = (string?)entry.Attribute(Ns.R + "id");
            var link = presentation.Relationships.FirstOrDefault(link => link.Id == id);
            if (link?.Part is null || !_parts.TryGetValue(link.Part, out var part) || part.Kind != PartKind.Slide)
            {
                throw Damaged($"its slide {slides.Count + 1} is missing");
            }

            var unit = Unit(part.Name).ToList();
            var rules = unit.Where(one => one.Kind is PartKind.Slide or PartKind.Notes)
                .SelectMany(one => one.Tokens)
                .Select(token => token.Reason is null ? SlideRule.Parse(token.Body) : null)
                .OfType<SlideRule>()
                .Distinct()
                .ToList();
            slides.Add(new TemplateSlide(
                slides.Count + 1,
                part.Name,
                link.Id,
                (uint?)entry.Attribute("id") ?? 0,
                Title(part.Document.Root!),
                rules,
                unit.SelectMany(one => one.Tokens).Select(token => token.Body).ToHashSet(StringComparer.OrdinalIgnoreCase)));
        }

        return slides;
    }

    /// <summary>A slide's part and all parts of its own: notes, charts, workbooks, diagrams.</summary>
    private IEnumerable<TemplatePart> Unit(string slide)
    {
        var seen = new HashSet<string>(PartName.Comparer) { slide };
        var open = new Queue<string>(seen);
        while (open.TryDequeue(out var next))
        {
            if (!_parts.TryGetValue(next, out var part))
            {
                continue;
            }

            yield return part;
            foreach (var link in part.Relationships)
            {
                if (link.Part is { } target && RelationshipKind.IsOwned(link.Kind) && seen.Add(target))
                {
                    open.Enqueue(target);
                }
            }
        }
    }

    private static string? Title(XElement slide)
    {
        var shape = slide.Descendants(Ns.Shape).FirstOrDefault(shape => shape.Descendants(Ns.Placeholder).Any(holder => (string?)holder.Attribute("type") is "title" or "ctrTitle"));
        var text = shape is null ? null : string.Join(' ', shape.Descendants(Ns.Paragraph).Select(paragraph => string.Concat(paragraph.Descendants(Ns.Text).Select(run => run.Value)))).Trim();
        return string.IsNullOrEmpty(text) ? null : text;
    }

    private XDocument Parse(string part, ZipPayload payload)
    {
        try
        {
            return XmlParts.Parse(payload.Size <= limits.XmlPartBytes ? payload.Unpack() : throw new ZipLimitException($"its part '{part}' unpacks to more than {limits.XmlPartBytes >> 20} MB"), limits);
        }
        catch (Exception failure) when (failure is XmlException or InvalidDataException)
        {
            throw Damaged($"its part '{part}' can't be read: {failure.Message}", failure);
        }
    }

    private DeckException Damaged(string what, Exception? inner = null) =>
        new(DeckFault.Damaged, $"The template '{name}' is damaged: {what.TrimEnd('.')}. Open it in PowerPoint, let it be repaired and save it anew.", inner);
}
