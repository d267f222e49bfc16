using System.Management.Automation;

namespace BatchOps;

/// <summary>A run that ended with failed items under <c>$ErrorActionPreference = 'Stop'</c>, or that stopped early.</summary>
public sealed class BatchRunException : RuntimeException
{
    internal BatchRunException(string message, RunSummary summary, IReadOnlyList<ErrorRecord> failures, Exception? inner = null)
        : base(message, inner)
    {
        Summary = summary;
        Failures = failures;
    }

    /// <summary>The run's figures.</summary>
    public RunSummary Summary { get; }

    /// <summary>The failed items' error records; the first 100.</summary>
    public IReadOnlyList<ErrorRecord> Failures { get; }
}
