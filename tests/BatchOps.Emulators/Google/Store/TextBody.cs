using System.Text;
using System.Text.Json.Nodes;

namespace BatchOps.Emulators.Google;

/// <summary>
/// The text of a shape or a table cell, in UTF-16 units. It ends in a newline that cannot be deleted. Each unit knows its run:
/// runs stay apart even when they look the same, so that a token can lie over several.
/// </summary>
public sealed class TextBody
{
    // Stands for a text that the service makes, which no search finds.
    private const char AutoTextUnit = '\uFFFC';

    private readonly List<(char Unit, TextRun Run)> _units;

    /// <param name="runs">What stands in it, without the newline at the end.</param>
    public TextBody(params IEnumerable<TextRun> runs)
    {
        _units = [];
        foreach (var run in runs)
        {
            if (run.AutoText is not null)
            {
                _units.Add((AutoTextUnit, run));
                continue;
            }

            // Two equal runs are two all the same.
            var own = run with { };
            _units.AddRange(run.Text.Select(unit => (unit, own)));
        }

        _units.Add(('\n', _units.Count == 0 ? new TextRun("") : _units[^1].Run is { AutoText: null } last ? last : new TextRun("")));
    }

    private TextBody(List<(char Unit, TextRun Run)> units) => _units = units;

    /// <summary>Its characters, without the newline at the end and without what the service makes by itself.</summary>
    public string Text => Units(0, Length).Replace(AutoTextUnit.ToString(), "", StringComparison.Ordinal);

    /// <summary>Units before the newline at the end.</summary>
    public int Length => _units.Count - 1;

    /// <summary>The texts of the runs, newlines included, in order.</summary>
    public IReadOnlyList<string> Runs => [.. Pieces().Where(static piece => piece.Run.AutoText is null).Select(piece => Units(piece.Start, piece.End))];

    public TextBody Clone() => new([.. _units]);

    internal void Insert(int index, string text)
    {
        if (index < _units.Count && index > 0 && char.IsLowSurrogate(_units[index].Unit))
        {
            index++;
        }

        var run = index > 0 && _units[index - 1] is { Unit: not '\n' and not AutoTextUnit } before ? before.Run
            : _units[index].Run.AutoText is null ? _units[index].Run : new TextRun("");
        _units.InsertRange(index, text.Where(IsKept).Select(unit => (unit, run)));
    }

    internal void Delete(int start, int end)
    {
        start -= start > 0 && char.IsLowSurrogate(_units[start].Unit) ? 1 : 0;
        end += char.IsLowSurrogate(_units[end].Unit) ? 1 : 0;
        _units.RemoveRange(start, end - start);
    }

    /// <summary>Replaces from the start to the end, never in what it has put in; the new text looks as the first unit of the old.</summary>
    /// <returns>How many it found.</returns>
    internal int ReplaceAll(string find, StringComparison comparison, string with)
    {
        var text = Units(0, Length);
        var found = new List<int>();
        for (var at = text.IndexOf(find, comparison); at >= 0; at = text.IndexOf(find, at + find.Length, comparison))
        {
            found.Add(at);
        }

        for (var i = found.Count - 1; i >= 0; i--)
        {
            var run = _units[found[i]].Run;
            _units.RemoveRange(found[i], find.Length);
            _units.InsertRange(found[i], with.Where(IsKept).Select(unit => (unit, run)));
        }

        return found.Count;
    }

    internal bool Contains(string find, StringComparison comparison) => Units(0, Length).Contains(find, comparison);

    /// <summary>As <c>TextContent</c>: a marker before the runs of each paragraph.</summary>
    internal JsonObject Json()
    {
        var elements = new JsonArray();
        var end = 0;
        foreach (var piece in Pieces())
        {
            if (piece.Start == end || end == 0)
            {
                end = _units.FindIndex(piece.Start, static unit => unit.Unit == '\n') + 1;
                elements.Add(Element(piece.Start, end, "paragraphMarker", new JsonObject { ["style"] = new JsonObject { ["alignment"] = "START", ["direction"] = "LEFT_TO_RIGHT" } }));
            }

            elements.Add(piece.Run.AutoText is { } kind
                ? Element(piece.Start, piece.End, "autoText", new JsonObject { ["type"] = kind, ["content"] = piece.Run.Text, ["style"] = Style(piece.Run) })
                : Element(piece.Start, piece.End, "textRun", new JsonObject { ["content"] = Units(piece.Start, piece.End), ["style"] = Style(piece.Run) }));
        }

        return new JsonObject { ["textElements"] = elements };

        static JsonObject Element(int start, int end, string name, JsonObject value)
        {
            var element = new JsonObject { ["endIndex"] = end, [name] = value };
            if (start > 0)
            {
                element.Insert(0, "startIndex", start);
            }

            return element;
        }
    }

    private static JsonObject Style(TextRun run)
    {
        var style = new JsonObject();
        if (run.Bold)
        {
            style["bold"] = true;
        }

        if (run.Italic)
        {
            style["italic"] = true;
        }

        return style;
    }

    /// <summary>Control characters and those of the private area are taken out, tabs, line feeds and line breaks are not.</summary>
    private static bool IsKept(char unit) => unit is >= ' ' and not (>= '\uE000' and <= '\uF8FF') or '\t' or '\n' or '\v';

    private string Units(int start, int end)
    {
        var text = new StringBuilder(end - start);
        for (var i = start; i < end; i++)
        {
            text.Append(_units[i].Unit);
        }

        return text.ToString();
    }

    /// <summary>Stretches of one run, which end at a newline as well.</summary>
    private IEnumerable<(int Start, int End, TextRun Run)> Pieces()
    {
        var start = 0;
        for (var i = 1; i <= _units.Count; i++)
        {
            if (i == _units.Count || _units[i - 1].Unit == '\n' || !ReferenceEquals(_units[i].Run, _units[start].Run))
            {
                yield return (start, i, _units[start].Run);
                start = i;
            }
        }
    }
}
