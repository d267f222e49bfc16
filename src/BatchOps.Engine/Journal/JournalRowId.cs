namespace BatchOps.Engine;

/// <summary>The ids of items' rows: those of one run lie together, in input order.</summary>
internal static class JournalRowId
{
    private const int IndexBits = 32;

    public static long Of(long run, long index) => (run << IndexBits) | index;

    /// <summary>The lowest id that a row of the run may have.</summary>
    public static long First(long run) => Of(run, 0);

    /// <summary>The highest.</summary>
    public static long Last(long run) => Of(run, uint.MaxValue);
}
