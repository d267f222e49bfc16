using System.Security;
using BatchOps.Pdf;

namespace BatchOps.PowerShell.Pages;

/// <summary>What the parameters say of all files.</summary>
internal sealed class PageOptions
{
    public required PdfExtractOptions Extract { get; init; }

    /// <summary>The pages that are wanted, as <see cref="PageRanges"/> reads them; null for all.</summary>
    public string? Pages { get; init; }

    public SecureString? Password { get; init; }

    /// <summary>How long the pages of one file may take, from its first.</summary>
    public TimeSpan? DocumentTimeout { get; init; }

    /// <summary>One object more for each file, at its end.</summary>
    public bool Aggregate { get; init; }

    /// <summary>Whether tables that go on across pages become one in it.</summary>
    public bool JoinTables { get; init; }
}
