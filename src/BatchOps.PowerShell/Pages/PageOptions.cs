using System.Security;
using BatchOps.Engine;
using BatchOps.Pdf;
using BatchOps.Pdf.Bills;
using BatchOps.PowerShell.Operations;

namespace BatchOps.PowerShell.Pages;

/// <summary>What the parameters say of all files.</summary>
internal sealed class PageOptions
{
    public required PdfExtractOptions Extract { get; init; }

    /// <summary>The pages that are wanted, as <see cref="PageRanges"/> reads them; null for all.</summary>
    public string? Pages { get; init; }

    public SecureString? Password { get; init; }

    /// <summary>The model that reads bills; null when none are read.</summary>
    public BillModelClient? Model { get; init; }

    /// <summary>What -RetryWhen says; null without it.</summary>
    public RetryRunspace? RetryWhen { get; init; }

    /// <summary>Whether a bill's page keeps the image that the model was shown.</summary>
    public bool KeepsImages { get; init; }

    /// <summary>What the model is, for the hash of what is done.</summary>
    public string? ModelName { get; init; }

    /// <summary>Limits on calls of the model.</summary>
    public IReadOnlyDictionary<string, RateLimit> CallRates { get; init; } = new Dictionary<string, RateLimit>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Most pages whose images wait in memory.</summary>
    public int ImagesAhead { get; init; } = 32;

    /// <summary>How long the pages of one file may take, from its first.</summary>
    public TimeSpan? DocumentTimeout { get; init; }

    /// <summary>One object more for each file, at its end.</summary>
    public bool Aggregate { get; init; }

    /// <summary>Whether tables that go on across pages become one in it.</summary>
    public bool JoinTables { get; init; }
}
