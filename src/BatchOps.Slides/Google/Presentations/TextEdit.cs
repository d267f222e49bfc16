namespace BatchOps.Slides.Google.Presentations;

/// <summary>A token and what takes its place.</summary>
/// <param name="Token">The token.</param>
/// <param name="Literal">The token as it stands in the text.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct TextEdit(Token Token, string Literal, string Value)
{
    /// <summary>The text after all edits, in one pass.</summary>
    public static string Apply(string text, IReadOnlyList<TextEdit> edits)
    {
        for (var i = edits.Count - 1; i >= 0; i--)
        {
            text = string.Concat(text.AsSpan(0, edits[i].Token.Start), edits[i].Value, text.AsSpan(edits[i].Token.End));
        }

        return text;
    }
}
