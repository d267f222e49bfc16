namespace BatchOps;

/// <summary>What Invoke-PdfExtract takes from a page.</summary>
public enum PageContent
{
    /// <summary>The text.</summary>
    Text,

    /// <summary>The words with their boxes.</summary>
    Words,

    /// <summary>The tables.</summary>
    Tables,

    /// <summary>The page's image.</summary>
    Image,

    /// <summary>The rows and totals of a bill, read by a model.</summary>
    Bill,
}
