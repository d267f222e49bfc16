namespace BatchOps.Distributed;

/// <summary>A failure in words, as far as it can leave the process that it happened in.</summary>
public sealed record ErrorMessage
{
    /// <summary>The exception's type.</summary>
    public required string Type { get; init; }

    /// <summary>What it says, secrets redacted.</summary>
    public required string Message { get; init; }

    /// <summary>The id by which scripts know it; null for none.</summary>
    public string? Id { get; init; }

    /// <summary>Its category, as PowerShell names it; null for none.</summary>
    public string? Category { get; init; }

    /// <summary>Where in the script it happened; null when unknown.</summary>
    public string? Position { get; init; }

    /// <summary>The script's calls that led there; null when unknown.</summary>
    public string? StackTrace { get; init; }
}
