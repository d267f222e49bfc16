using Google.Apis.Slides.v1.Data;
using Range = Google.Apis.Slides.v1.Data.Range;

namespace BatchOps.Slides.Google.Presentations;

/// <summary>Changes to the text of one place, by the indexes of its text.</summary>
internal static class TextRequests
{
    /// <summary>Text as the service keeps it: characters for private use are taken out of what is inserted.</summary>
    public static string Clean(string text) => text.AsSpan().IndexOfAnyInRange('\uE000', '\uF8FF') < 0 ? text : string.Concat(text.Where(character => character is < '\uE000' or > '\uF8FF'));

    /// <summary>
    /// Puts values in the place of tokens, last to first, so that the indexes of the others stay. A value is inserted within
    /// its token, not before it: there it takes the style of the token, not of what stands to its left.
    /// </summary>
    public static IEnumerable<Request> Replace(TextPlace place, string id, IReadOnlyList<TextEdit> edits)
    {
        if (place.Kind is TextKind.AltTitle or TextKind.AltText)
        {
            yield return SetAltText(place.Kind, id, TextEdit.Apply(place.Text, edits));
            yield break;
        }

        for (var i = edits.Count - 1; i >= 0; i--)
        {
            var (token, _, value) = edits[i];
            if (value.Length == 0)
            {
                yield return Delete(id, place.Cell, token.Start, token.End);
                continue;
            }

            yield return Insert(id, place.Cell, token.Start + 1, value);
            yield return Delete(id, place.Cell, token.Start + 1 + value.Length, token.End + value.Length);
            yield return Delete(id, place.Cell, token.Start, token.Start + 1);
        }
    }

    /// <summary>Replaces a whole text, with the style of its beginning.</summary>
    /// <param name="id">The shape.</param>
    /// <param name="length">The length of the text there is, without the newline at its end.</param>
    /// <param name="text">The text that takes its place.</param>
    public static IEnumerable<Request> Rewrite(string id, int length, string text)
    {
        if (text.Length > 0)
        {
            yield return Insert(id, null, 0, text);
        }

        if (length > 0)
        {
            yield return Delete(id, null, text.Length, text.Length + length);
        }
    }

    public static Request SetAltText(TextKind kind, string id, string text) => new()
    {
        UpdatePageElementAltText = kind == TextKind.AltTitle
            ? new UpdatePageElementAltTextRequest { ObjectId = id, Title = text }
            : new UpdatePageElementAltTextRequest { ObjectId = id, Description = text },
    };

    public static Request Insert(string id, (int Row, int Column)? cell, int index, string text) =>
        new() { InsertText = new InsertTextRequest { ObjectId = id, CellLocation = Location(cell), InsertionIndex = index, Text = text } };

    public static Request Delete(string id, (int Row, int Column)? cell, int start, int end) =>
        new() { DeleteText = new DeleteTextRequest { ObjectId = id, CellLocation = Location(cell), TextRange = new Range { Type = "FIXED_RANGE", StartIndex = start, EndIndex = end } } };

    public static Request Delete(string id) => new() { DeleteObject = new DeleteObjectRequest { ObjectId = id } };

    private static TableCellLocation? Location((int Row, int Column)? cell) => cell is { } place ? new TableCellLocation { RowIndex = place.Row, ColumnIndex = place.Column } : null;
}
