using System.Runtime.InteropServices;

namespace BatchOps.Engine;

/// <summary>All that a report says about a run, from one pass over its items.</summary>
internal sealed class RunFacts
{
    /// <summary>Up to so many items are drawn one by one.</summary>
    public const int MostBars = 2500;

    /// <summary>So many of the items that took longest are listed.</summary>
    public const int MostSlowest = 15;

    /// <summary>So many of the items that failed are listed.</summary>
    public const int MostFailures = 100;

    // Times are stored in milliseconds. A run of no time still needs a scale.
    private const double Instant = 0.001;

    private readonly PriorityQueue<JournaledItem, (double Worked, long Index)> _slowest = new();
    private readonly List<ItemSpan> _spans = [];
    private readonly List<string> _names = [];
    private readonly long[] _counts = new long[ReportedOutcomes.All.Count];
    private readonly Dictionary<(ReportedOutcome Outcome, string Reason), long> _reasons = [];

    private RunFacts(JournaledRun run)
    {
        Run = run;
    }

    public JournaledRun Run { get; }

    /// <summary>The run's length in seconds, or that of what is known of it; at least <see cref="Instant"/>.</summary>
    public double Length { get; private set; }

    /// <summary>Whether all of it happened at once, as far as the journal's times tell.</summary>
    public bool IsInstant => Length <= Instant;

    /// <summary>All items in input order.</summary>
    public ReadOnlySpan<ItemSpan> Spans => CollectionsMarshal.AsSpan(_spans);

    /// <summary>What the items are called; empty above <see cref="MostBars"/> items.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Whether items are few enough to be drawn one by one.</summary>
    public bool DrawsItems => _spans.Count <= MostBars;

    /// <summary>Executed items that took longest, the longest first.</summary>
    public IReadOnlyList<JournaledItem> Slowest { get; private set; } = [];

    public FailureGroups Failures { get; } = new();

    public IReadOnlyList<MetricsSample> Metrics { get; private set; } = [];

    /// <summary>Items of an outcome that give a reason, by it.</summary>
    public IEnumerable<(ReportedOutcome Outcome, string Reason, long Count)> Reasons =>
        _reasons.Select(static r => (r.Key.Outcome, r.Key.Reason, r.Value)).OrderBy(static r => r.Outcome).ThenByDescending(static r => r.Value).ThenBy(static r => r.Reason, StringComparer.Ordinal);

    public long Count(ReportedOutcome outcome) => _counts[(int)outcome];

    public static RunFacts Read(JournalReader journal, JournaledRun run)
    {
        var facts = new RunFacts(run) { Metrics = journal.Metrics(run) };
        var length = run.Duration.TotalSeconds;
        foreach (var item in journal.Items(run))
        {
            facts.Add(item);
        }

        foreach (var span in facts._spans)
        {
            length = Math.Max(length, Math.Max(span.Started ? span.Start : 0, span.Ended ? span.End : 0));
        }

        facts.Length = Math.Max(length, Instant);
        var slowest = new List<JournaledItem>();
        while (facts._slowest.TryDequeue(out var item, out _))
        {
            slowest.Add(item);
        }

        slowest.Reverse();
        facts.Slowest = slowest;
        return facts;
    }

    private void Add(JournaledItem item)
    {
        var outcome = ReportedOutcomes.Of(item);
        _counts[(int)outcome]++;
        if (item.Reason is { } reason && reason != item.Status)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_reasons, (outcome, reason), out _)++;
        }

        var executed = item.StartedAt is not null && !item.FromCache;
        _spans.Add(new ItemSpan(
            executed ? Since(item.StartedAt) : float.NaN,
            Since(item.EndedAt),
            executed ? (float)item.Duration.TotalSeconds : 0,
            (float)item.Waited.TotalSeconds,
            item.Worker ?? 0,
            item.Attempts,
            outcome));
        if (DrawsItems)
        {
            _names.Add(Show.Name(item, 60));
        }
        else if (_names.Count > 0)
        {
            _names.Clear();
            _names.TrimExcess();
        }

        if (executed && item.EndedAt is not null)
        {
            _slowest.Enqueue(item with { Output = null, Input = null }, (item.Duration.TotalSeconds, -item.Index));
            if (_slowest.Count > MostSlowest)
            {
                _slowest.Dequeue();
            }
        }

        if (outcome.IsFailure())
        {
            Failures.Add(item);
        }
    }

    private float Since(DateTimeOffset? time) => time is { } at ? (float)Math.Max(0, (at - Run.StartTime).TotalSeconds) : float.NaN;
}
