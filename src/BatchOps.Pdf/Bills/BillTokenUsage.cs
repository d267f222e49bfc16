namespace BatchOps.Pdf.Bills;

/// <summary>What a model's service says it has charged.</summary>
/// <param name="Input">Tokens of the requests.</param>
/// <param name="Output">Tokens of the answers.</param>
public sealed record BillTokenUsage(long Input, long Output)
{
    /// <summary>No tokens.</summary>
    public static BillTokenUsage None { get; } = new(0, 0);

    /// <summary>All tokens.</summary>
    public long Total => Input + Output;

    /// <summary>The usage of both.</summary>
    /// <param name="other">More usage.</param>
    public BillTokenUsage Add(BillTokenUsage other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new BillTokenUsage(Input + other.Input, Output + other.Output);
    }
}
