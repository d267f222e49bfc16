using System.Buffers;
using System.Xml;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>
/// Reads a written deck from its file and lists every token in it. Parts that were copied unchanged are known by checksum and
/// size; all others are unpacked and parsed anew. It also checks that every reference leads to a part.
/// </summary>
internal static class ReadBack
{
    /// <summary>Checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="package">What was to be written.</param>
    /// <param name="slides">Its slides.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The tokens left, and how many parts were looked at.</returns>
    /// <exception cref="InvalidDataException">The file is not what was to be written.</exception>
    public static (List<UnresolvedToken> Left, int Parts) Check(string path, DeckPackage package, IReadOnlyList<DeckSlide> slides, CancellationToken cancellationToken)
    {
        // Decks of a run are of a size: a rented buffer spares the collector what it would have to look at for each of them.
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(file);
        if (length > Array.MaxLength)
        {
            throw new InvalidDataException("a deck of more than 2 GB can't be read back");
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var read = 0;
            int more;
            while (read < length && (more = RandomAccess.Read(file, buffer.AsSpan(read, (int)length - read), read)) > 0)
            {
                read += more;
            }

            return Check(buffer.AsMemory(0, read), package, slides, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (List<UnresolvedToken> Left, int Parts) Check(ReadOnlyMemory<byte> file, DeckPackage package, IReadOnlyList<DeckSlide> slides, CancellationToken cancellationToken)
    {
        var template = package.Template;
        var entries = ZipReader.Read(file, template.Limits with { FileBytes = long.MaxValue, UnpackedBytes = long.MaxValue, Entries = int.MaxValue })
            .ToDictionary(entry => "/" + Uri.UnescapeDataString(entry.Name), entry => entry.Payload, PartName.Comparer);
        var homes = Homes(package, slides);
        var left = new List<(UnresolvedToken Token, int Order)>();
        var order = 0;
        foreach (var part in package.Parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            order++;
            if (!entries.TryGetValue(part.Name, out var payload))
            {
                throw new InvalidDataException($"the part '{part.Name}' was not written");
            }

            CheckLinks(part, entries);
            var introduced = part.Introduced.GroupBy(token => token, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
            foreach (var token in Tokens(part, payload, template))
            {
                if (introduced.TryGetValue(token.Literal, out var count) && count > 0)
                {
                    introduced[token.Literal] = count - 1;
                    continue;
                }

                homes.TryGetValue(part.Name, out var home);
                var reason = token.Reason ?? (part.Reasons.TryGetValue(token.Literal, out var why) ? why : "nothing filled it");
                left.Add((new UnresolvedToken(token.Literal, home.Slide == 0 ? null : home.Slide, token.Shape ?? home.Shape, part.Name, reason), order));
            }
        }

        return (left.OrderBy(one => one.Token.Slide ?? int.MaxValue).ThenBy(one => one.Order).Select(one => one.Token).ToList(), order);
    }

    private static IEnumerable<FoundToken> Tokens(DeckPart part, ZipPayload written, PptxTemplate template)
    {
        var links = part.RelationshipsChanged || part.Origin?.HasLinkTokens == true
            ? part.Relationships.Where(link => link.IsExternal)
                .SelectMany(link => FoundToken.In(LinkTarget.Decode(link.Target, template.Syntax), template.Syntax, null))
                .Select(token => token with { Body = Uri.UnescapeDataString(token.Body), Literal = template.Syntax.Write(Uri.UnescapeDataString(token.Body)) })
            : [];
        if (part.IsAsInTemplate)
        {
            var payload = part.Origin!.Payload;
            return written.Crc == payload.Crc && written.Size == payload.Size
                ? part.Origin.HasLinkTokens ? links.Concat(part.Origin.Tokens.Where(token => token.Shape is not null)) : part.Origin.Tokens
                : throw new InvalidDataException($"the part '{part.Name}' is not as it was copied");
        }

        if (part.IsChanged)
        {
            try
            {
                return links.Concat(FoundToken.In(XmlParts.ParseAgain(written.Unpack()).Root!, template.Syntax));
            }
            catch (XmlException failure)
            {
                throw new InvalidDataException($"the part '{part.Name}' is not well-formed: {failure.Message}", failure);
            }
        }

        if (part.Origin?.Workbook is not null)
        {
            return WorkbookTemplate.TryRead(written.Unpack(), template.Syntax, template.Limits)?.Tokens ?? throw new InvalidDataException($"the workbook '{part.Name}' can't be read");
        }

        // A picture: as it was given, or not at all.
        return written.Crc == part.Payload!.Crc && written.Size == part.Payload.Size ? links : throw new InvalidDataException($"the part '{part.Name}' is not as it was given");
    }

    private static void CheckLinks(DeckPart part, Dictionary<string, ZipPayload> entries)
    {
        if (!part.RelationshipsChanged)
        {
            return;
        }

        foreach (var link in part.Relationships)
        {
            // What led nowhere in the template may do so here.
            if (link.Part is not null && !entries.ContainsKey(link.Part) && part.Origin?.Relationships.Any(before => before.Id == link.Id && PartName.Comparer.Equals(before.Part, link.Part)) != true)
            {
                throw new InvalidDataException($"'{part.Name}' refers to '{link.Part}', which is not there");
            }
        }
    }

    /// <summary>The slide that each part belongs to, and the shape on it.</summary>
    private static Dictionary<string, (int Slide, string? Shape)> Homes(DeckPackage package, IReadOnlyList<DeckSlide> slides)
    {
        var homes = new Dictionary<string, (int, string?)>(PartName.Comparer);
        for (var i = 0; i < slides.Count; i++)
        {
            foreach (var (part, link) in package.Unit(slides[i].Part))
            {
                string? shape = null;
                if (link is not null && part.Origin is { Tokens.Count: > 0, Kind: not PartKind.Notes })
                {
                    shape = slides[i].Part.Root.Descendants()
                        .Where(element => element.Attributes().Any(attribute => attribute.Name.Namespace == Ns.R && attribute.Value == link))
                        .Select(FoundToken.ShapeName)
                        .FirstOrDefault(name => name is not null);
                }

                homes.TryAdd(part.Name, (i + 1, shape));
            }
        }

        return homes;
    }
}
