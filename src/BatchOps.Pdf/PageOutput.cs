namespace BatchOps.Pdf;

/// <summary>What a tool made of one page.</summary>
/// <param name="Value">What came out; null when nothing did.</param>
/// <param name="Status">How it came out.</param>
/// <param name="Messages">What the tool said.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record PageOutput<T>(T? Value, PdfPageStatus Status, IReadOnlyList<string> Messages, TimeSpan Duration)
    where T : class;
