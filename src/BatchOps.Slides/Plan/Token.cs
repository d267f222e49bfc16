namespace BatchOps.Slides;

/// <summary>A place in a text that stands for a value.</summary>
/// <param name="Start">Where it begins, its delimiter included.</param>
/// <param name="Length">Its length, both delimiters included.</param>
/// <param name="Body">What stands between the delimiters, trimmed: a name, a name and a format (<c>total:N2</c>) or a slide rule (<c>#if paid</c>).</param>
public readonly record struct Token(int Start, int Length, string Body)
{
    /// <summary>Where the text goes on.</summary>
    public int End => Start + Length;

    /// <summary>The token as it stands in the text.</summary>
    /// <param name="text">The text that it was found in.</param>
    public string In(string text) => text.Substring(Start, Length);
}
