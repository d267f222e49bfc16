namespace BatchOps.Pdf.Tables;

/// <summary>A ruling line, or the straight edge of a filled area, in points.</summary>
/// <param name="At">Its y when it is horizontal, its x when it is vertical.</param>
/// <param name="From">Where it begins along the other axis.</param>
/// <param name="To">Where it ends.</param>
internal readonly record struct Ruling(double At, double From, double To)
{
    public double Length => To - From;

    /// <summary>How much of a stretch it covers.</summary>
    public double Covers(double from, double to) => Math.Max(0, Math.Min(to, To) - Math.Max(from, From));
}
