namespace BatchOps.Slides.Google.Presentations;

/// <summary>A text of a presentation, with indexes as the service counts them.</summary>
/// <param name="Kind">What kind of text it is.</param>
/// <param name="ObjectId">The shape, table or other element that holds it.</param>
/// <param name="Cell">The table's cell.</param>
/// <param name="Name">What people may know the place by.</param>
/// <param name="Text">The text; of shapes and cells with the newline at its end that can't be deleted.</param>
internal sealed record TextPlace(TextKind Kind, string ObjectId, (int Row, int Column)? Cell, string Name, string Text)
{
    /// <summary>Stands for text that the service writes itself, such as a slide's number; it cuts a token in two.</summary>
    public const char AutoText = '\u0001';

    private static readonly char[] Barriers = ['\v', AutoText];

    /// <summary>Whether the shape inherits from its layout.</summary>
    public bool IsPlaceholder { get; init; }

    /// <summary>Whether the element stands in a group.</summary>
    public bool IsGrouped { get; init; }

    /// <summary>The tokens that can be replaced, in order.</summary>
    public IReadOnlyList<Token> Tokens { get; private init; } = [];

    /// <summary>Tokens that a line break or automatic text cuts in two.</summary>
    public IReadOnlyList<string> Broken { get; private init; } = [];

    /// <summary>What a write to the place is remembered by.</summary>
    public (string ObjectId, (int, int)? Cell, TextKind Kind) Key => (ObjectId, Cell, Kind);

    /// <summary>The same place with another text, and what stands in that.</summary>
    public TextPlace With(string text, TokenSyntax syntax)
    {
        var tokens = new List<Token>();
        var broken = new List<string>();
        foreach (var (start, end) in Lines(text, '\n'))
        {
            var paragraph = text[start..end];
            var before = tokens.Count;
            foreach (var (from, to) in Lines(paragraph, Barriers))
            {
                foreach (var token in syntax.Find(paragraph[from..to]))
                {
                    tokens.Add(token with { Start = token.Start + start + from });
                }
            }

            if (paragraph.IndexOfAny(Barriers) >= 0)
            {
                var whole = tokens.Skip(before).Select(token => token.In(text)).ToList();
                var joined = string.Concat(paragraph.Split(Barriers));
                broken.AddRange(syntax.Find(joined).Select(token => token.In(joined)).Where(literal => !whole.Remove(literal)));
            }
        }

        return this with { Text = text, Tokens = tokens, Broken = broken };
    }

    /// <summary>The text without the newline at its end that can't be deleted.</summary>
    public string Content => Kind is TextKind.Shape or TextKind.Cell && Text.EndsWith('\n') ? Text[..^1] : Text;

    /// <summary>The paragraphs as ranges of the text, newlines left out.</summary>
    public IEnumerable<(int Start, int End)> Paragraphs => Lines(Content, '\n');

    /// <summary>Whether a token is all there is in its paragraph.</summary>
    public bool IsAlone(Token token)
    {
        var (start, end) = Paragraphs.First(range => token.Start >= range.Start && token.Start <= range.End);
        return Text.AsSpan(start, token.Start - start).IsWhiteSpace() && (token.End >= end || Text.AsSpan(token.End, end - token.End).IsWhiteSpace());
    }

    private static IEnumerable<(int Start, int End)> Lines(string text, params char[] separators)
    {
        var start = 0;
        while (true)
        {
            var end = text.IndexOfAny(separators, start);
            yield return (start, end < 0 ? text.Length : end);
            if (end < 0)
            {
                yield break;
            }

            start = end + 1;
        }
    }
}
