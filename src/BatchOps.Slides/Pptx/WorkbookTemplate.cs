using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>
/// The workbook behind a chart. Its texts are filled; a cell that a series takes its numbers from and that holds nothing but a
/// token becomes a number when the value is one.
/// </summary>
internal sealed partial class WorkbookTemplate
{
    private const string SharedStrings = "xl/sharedStrings.xml";

    private readonly List<(string Name, ZipPayload Payload)> _entries;
    private readonly Dictionary<string, XDocument> _filled = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _sheets = new(StringComparer.OrdinalIgnoreCase);
    private readonly TokenSyntax _syntax;
    private readonly DeckLimits _limits;

    private WorkbookTemplate(List<(string Name, ZipPayload Payload)> entries, TokenSyntax syntax, DeckLimits limits)
    {
        _entries = entries;
        _syntax = syntax;
        _limits = limits;
        foreach (var (name, _) in entries)
        {
            if (name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) && Document(name) is { } document)
            {
                var tokens = FoundToken.In(document.Root!, syntax);
                if (tokens.Count > 0)
                {
                    _filled[name] = document;
                    Tokens.AddRange(tokens);
                }
            }
        }

        if (Document("xl/workbook.xml") is { } workbook && Document("xl/_rels/workbook.xml.rels") is { } relationships)
        {
            foreach (var sheet in workbook.Descendants(Ns.X + "sheet"))
            {
                var link = relationships.Root!.Elements().FirstOrDefault(link => (string?)link.Attribute("Id") == (string?)sheet.Attribute(Ns.R + "id"));
                if (link is not null && (string?)sheet.Attribute("name") is { } name && PartName.Resolve("/xl/workbook.xml", (string?)link.Attribute("Target") ?? string.Empty) is { } part)
                {
                    _sheets[name] = part[1..];
                }
            }
        }
    }

    public List<FoundToken> Tokens { get; } = [];

    /// <summary>Null when it is no workbook that can be read.</summary>
    public static WorkbookTemplate? TryRead(byte[] bytes, TokenSyntax syntax, DeckLimits limits)
    {
        try
        {
            var entries = ZipReader.Read(bytes, limits);
            return entries.Exists(entry => entry.Name == "xl/workbook.xml") ? new WorkbookTemplate(entries, syntax, limits) : null;
        }
        catch (Exception failure) when (failure is InvalidDataException or XmlException or ZipLimitException or ZipEncryptedException)
        {
            return null;
        }
    }

    /// <summary>The cells of a chart's reference such as <c>Sheet1!$B$2:$B$5</c>, in order; none when it is of another form.</summary>
    public static IEnumerable<WorkbookCell> Cells(string formula)
    {
        var match = Area().Match(formula.Trim());
        if (!match.Success)
        {
            yield break;
        }

        var sheet = match.Groups["quoted"] is { Success: true } quoted ? quoted.Value.Replace("''", "'", StringComparison.Ordinal) : match.Groups["sheet"].Value;
        var (left, top) = (Column(match.Groups["c1"].Value), int.Parse(match.Groups["r1"].ValueSpan, CultureInfo.InvariantCulture));
        var (right, bottom) = match.Groups["c2"].Success ? (Column(match.Groups["c2"].Value), int.Parse(match.Groups["r2"].ValueSpan, CultureInfo.InvariantCulture)) : (left, top);
        if ((long)(right - left + 1) * (bottom - top + 1) > 100_000)
        {
            yield break;
        }

        for (var row = top; row <= bottom; row++)
        {
            for (var column = left; column <= right; column++)
            {
                yield return new WorkbookCell(sheet, column, row);
            }
        }
    }

    /// <summary>Fills the workbook.</summary>
    /// <param name="value">What tokens are replaced by.</param>
    /// <param name="number">The number that a token stands for, if it does.</param>
    /// <param name="numeric">The cells that series take their numbers from.</param>
    /// <param name="numbers">The cells that became numbers.</param>
    /// <param name="replaced">How many tokens were replaced.</param>
    /// <returns>The new workbook, or null when nothing changed.</returns>
    public ZipPayload? Fill(TokenValue value, Func<string, decimal?> number, IReadOnlySet<WorkbookCell> numeric, Dictionary<WorkbookCell, decimal> numbers, out int replaced)
    {
        replaced = 0;
        if (_filled.Count == 0)
        {
            return null;
        }

        var changed = new Dictionary<string, XDocument>(StringComparer.OrdinalIgnoreCase);
        FillNumbers(number, numeric, numbers, changed);
        var filler = new TextFiller(_syntax, value);
        foreach (var (name, document) in _filled)
        {
            var copy = changed.TryGetValue(name, out var begun) ? begun : new XDocument(document);
            var count = filler.Fill(copy.Root!);
            if (count > 0)
            {
                changed[name] = copy;
                replaced += count;
            }
        }

        if (changed.Count == 0)
        {
            return null;
        }

        using var written = new MemoryStream();
        var writer = new ZipWriter(written);
        foreach (var (name, payload) in _entries)
        {
            writer.Add(name, changed.TryGetValue(name, out var document) ? ZipPayload.Deflate(XmlParts.Write(document)) : payload);
        }

        writer.Complete();
        return ZipPayload.Store(written.ToArray());
    }

    private void FillNumbers(Func<string, decimal?> number, IReadOnlySet<WorkbookCell> numeric, Dictionary<WorkbookCell, decimal> numbers, Dictionary<string, XDocument> changed)
    {
        var strings = _filled.TryGetValue(SharedStrings, out var shared) ? shared.Root!.Elements(Ns.X + "si").ToList() : [];
        foreach (var sheet in numeric.GroupBy(cell => cell.Sheet, StringComparer.OrdinalIgnoreCase))
        {
            if (!_sheets.TryGetValue(sheet.Key, out var part) || Document(part) is not { } document)
            {
                continue;
            }

            var wanted = sheet.ToDictionary(cell => Reference(cell), StringComparer.OrdinalIgnoreCase);
            foreach (var cell in document.Descendants(Ns.X + "c"))
            {
                if ((string?)cell.Attribute("r") is not { } reference || !wanted.TryGetValue(reference, out var place) || Text(cell, strings) is not { } text)
                {
                    continue;
                }

                var tokens = _syntax.Find(text);
                if (tokens.Count == 1 && tokens[0].Length == text.Trim().Length && number(tokens[0].Body) is { } found)
                {
                    cell.Attribute("t")?.Remove();
                    cell.Elements().Remove();
                    cell.Add(new XElement(Ns.X + "v", found.ToString(CultureInfo.InvariantCulture)));
                    numbers[place] = found;
                    changed[part] = document;
                }
            }
        }
    }

    private static string? Text(XElement cell, List<XElement> strings) => (string?)cell.Attribute("t") switch
    {
        "s" when int.TryParse(cell.Element(Ns.X + "v")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < strings.Count => string.Concat(strings[index].Descendants(Ns.X + "t").Select(text => text.Value)),
        "inlineStr" => cell.Element(Ns.X + "is")?.Value,
        "str" when cell.Element(Ns.X + "f") is null => cell.Element(Ns.X + "v")?.Value,
        _ => null,
    };

    private static string Reference(WorkbookCell cell)
    {
        var letters = new StringBuilder();
        for (var column = cell.Column; column > 0; column = (column - 1) / 26)
        {
            letters.Insert(0, (char)('A' + ((column - 1) % 26)));
        }

        return letters.Append(CultureInfo.InvariantCulture, $"{cell.Row}").ToString();
    }

    private static int Column(string letters) => letters.Aggregate(0, (sum, letter) => (sum * 26) + (char.ToUpperInvariant(letter) - 'A' + 1));

    private XDocument? Document(string name)
    {
        var payload = _entries.Find(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase)).Payload;
        return payload is null || payload.Size > _limits.XmlPartBytes ? null : XmlParts.Parse(payload.Unpack(), _limits);
    }

    [GeneratedRegex(@"^(?:'(?<quoted>(?:[^']|'')+)'|(?<sheet>[^'!]+))!\$?(?<c1>[A-Z]{1,3})\$?(?<r1>[0-9]{1,7})(?::\$?(?<c2>[A-Z]{1,3})\$?(?<r2>[0-9]{1,7}))?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Area();
}
