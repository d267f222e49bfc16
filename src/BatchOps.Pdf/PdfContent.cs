namespace BatchOps.Pdf;

/// <summary>What is taken from a page; several at once cost one pass.</summary>
[Flags]
public enum PdfContent
{
    /// <summary>Nothing but size and status.</summary>
    None = 0,

    /// <summary>The text.</summary>
    Text = 1,

    /// <summary>The words with their boxes.</summary>
    Words = 2,

    /// <summary>The tables.</summary>
    Tables = 4,

    /// <summary>The page's image.</summary>
    Image = 8,
}
