namespace BatchOps.Pdf;

/// <summary>Words that stand beside each other, from left to right.</summary>
internal sealed class TextRow
{
    private readonly List<PdfWord> _words = [];

    private TextRow(PdfWord first) => Add(first);

    public IReadOnlyList<PdfWord> Words => _words;

    public double Top { get; private set; } = double.MaxValue;

    public double Bottom { get; private set; } = double.MinValue;

    public double Left => _words[0].Left;

    public double Right => _words.Max(word => word.Right);

    public double CenterY => (Top + Bottom) / 2;

    /// <summary>The rows of a page from top to bottom. Words share a row when the middle of one is within the other's height.</summary>
    public static List<TextRow> Group(IEnumerable<PdfWord> words)
    {
        var rows = new List<TextRow>();
        foreach (var word in words.OrderBy(word => word.CenterY).ThenBy(word => word.Left))
        {
            var row = rows.Count > 0 ? rows[^1] : null;
            if (row is not null && row.Holds(word))
            {
                row.Add(word);
            }
            else
            {
                rows.Add(new TextRow(word));
            }
        }

        rows.ForEach(row => row._words.Sort((one, other) => one.Left.CompareTo(other.Left)));
        return rows;
    }

    // Measured against the row's middle: a tall word must not draw the next line in.
    private bool Holds(PdfWord word)
    {
        var middle = _words.Average(other => other.CenterY);
        var height = Math.Min(word.Height, _words.Min(other => other.Height));
        return Math.Abs(word.CenterY - middle) < height / 2;
    }

    private void Add(PdfWord word)
    {
        _words.Add(word);
        Top = Math.Min(Top, word.Top);
        Bottom = Math.Max(Bottom, word.Bottom);
    }
}
