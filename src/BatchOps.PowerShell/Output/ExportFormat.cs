namespace BatchOps;

/// <summary>Forms of a file of results.</summary>
public enum ExportFormat
{
    /// <summary>JSON lines: a result in each line.</summary>
    Jsonl,

    /// <summary>One JSON array.</summary>
    Json,

    /// <summary>Comma-separated values with a header.</summary>
    Csv,
}
