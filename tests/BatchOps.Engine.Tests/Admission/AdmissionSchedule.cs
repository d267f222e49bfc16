using System.Globalization;
using System.Text;
using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission;

/// <summary>A random case: one throttle, one or two runs, their items and how each attempt goes. All times lie on a grid, so that things coincide.</summary>
public sealed record AdmissionSchedule(ThrottlePlan Throttle, RunPlan[] Runs, ItemPlan[] Items)
{
    private const double Grid = 0.25;

    public static AdmissionSchedule Random(int size, int seed)
    {
        var random = new Random(seed);
        var runs = Enumerable.Range(0, random.Next(1, 3)).Select(_ => RunPlan.Random(random)).ToArray();
        return new AdmissionSchedule(
            ThrottlePlan.Random(random),
            runs,
            [.. Enumerable.Range(0, random.Next(1, 6 + (size / 2))).Select(_ => ItemPlan.Random(random, runs.Length))]);
    }

    /// <summary>Smaller cases that may fail in the same way.</summary>
    public IEnumerable<AdmissionSchedule> Shrink()
    {
        for (var length = Items.Length / 2; length > 0; length /= 2)
        {
            for (var at = 0; at + length <= Items.Length; at += length)
            {
                yield return this with { Items = [.. Items[..at], .. Items[(at + length)..]] };
            }
        }

        if (Runs.Length > 1)
        {
            yield return this with { Runs = Runs[..1] };
            yield return this with { Runs = Runs[1..] };
        }

        foreach (var throttle in Throttle.Shrink())
        {
            yield return this with { Throttle = throttle };
        }

        for (var i = 0; i < Runs.Length; i++)
        {
            foreach (var run in Runs[i].Shrink())
            {
                yield return this with { Runs = [.. Runs[..i], run, .. Runs[(i + 1)..]] };
            }
        }

        for (var i = 0; i < Items.Length; i++)
        {
            foreach (var item in Items[i].Shrink())
            {
                yield return this with { Items = [.. Items[..i], item, .. Items[(i + 1)..]] };
            }
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder().AppendLine().AppendLine(Throttle.ToString());
        Array.ForEach(Runs, r => text.AppendLine(r.ToString()));
        Array.ForEach(Items, i => text.AppendLine(i.ToString()));
        return text.ToString();
    }

    internal static double Time(Random random, int steps) => random.Next(0, steps + 1) * Grid;

    internal static double? MaybeTime(Random random, double share, int from, int to) =>
        random.NextDouble() < share ? random.Next(from, to + 1) * Grid : null;

    internal static T? Maybe<T>(Random random, double share, Func<T> value)
        where T : struct => random.NextDouble() < share ? value() : null;

    internal static string Text(object record) => string.Join(
        " ",
        record.GetType().GetProperties()
            .Where(p => p.GetIndexParameters().Length == 0 && p.Name != "EqualityContract")
            .Select(p => (p.Name, Value: p.GetValue(record)))
            .Where(p => p.Value is not (null or false))
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Name}={(p.Value is AttemptPlan[] attempts ? string.Join(",", attempts.Select(a => $"[{a}]")) : p.Value)}")));
}

public sealed record ThrottlePlan(int? Limit, int? RatePermits, double RateBurst, int? BreakAfter, double BreakSeconds)
{
    public static ThrottlePlan Random(Random random) => new(
        AdmissionSchedule.Maybe(random, 0.6, () => random.Next(1, 5)),
        AdmissionSchedule.Maybe(random, 0.3, () => random.Next(3, 9)),
        random.Next(1, 4),
        AdmissionSchedule.Maybe(random, 0.3, () => random.Next(1, 4)),
        random.Next(1, 5));

    internal ThrottleOptions Options => new()
    {
        ThrottleLimit = Limit,
        Rate = Rate,
        BreakAfter = BreakAfter,
        BreakDuration = TimeSpan.FromSeconds(BreakSeconds),
    };

    internal RateLimit? Rate => RatePermits is { } permits ? new RateLimit(permits, TimeSpan.FromSeconds(2)) { Share = 1, Burst = Math.Min(RateBurst, permits) } : null;

    public IEnumerable<ThrottlePlan> Shrink()
    {
        if (Limit is not null)
        {
            yield return this with { Limit = null };
        }

        if (RatePermits is not null)
        {
            yield return this with { RatePermits = null };
        }

        if (BreakAfter is not null)
        {
            yield return this with { BreakAfter = null };
        }
    }

    public override string ToString() => "throttle: " + AdmissionSchedule.Text(this);
}

public sealed record RunPlan(
    int Limit,
    bool Sequential,
    bool Ordered,
    bool Deduplicate,
    int Retries,
    double RetryDelay,
    double? AttemptTimeout,
    double? ItemTimeout,
    double? WaitTimeout,
    double? RunTimeout,
    double Grace,
    double? Stagger,
    double? SequentialAbove,
    double? StopAbove,
    int? Credits,
    double? CancelAt,
    bool CancelOnFailure,
    bool Exchanges)
{
    public static RunPlan Random(Random random) => new(
        random.Next(1, 5),
        random.NextDouble() < 0.15,
        random.NextDouble() < 0.3,
        random.NextDouble() < 0.25,
        random.Next(0, 4),
        AdmissionSchedule.Time(random, 6),
        AdmissionSchedule.MaybeTime(random, 0.3, 1, 6),
        AdmissionSchedule.MaybeTime(random, 0.3, 1, 16),
        AdmissionSchedule.MaybeTime(random, 0.2, 1, 16),
        AdmissionSchedule.MaybeTime(random, 0.15, 1, 40),
        AdmissionSchedule.Time(random, 3),
        AdmissionSchedule.MaybeTime(random, 0.2, 1, 3),
        AdmissionSchedule.Maybe(random, 0.1, () => 0.3),
        AdmissionSchedule.Maybe(random, 0.1, () => 0.4),
        AdmissionSchedule.Maybe(random, 0.3, () => random.Next(1, 8)),
        AdmissionSchedule.MaybeTime(random, 0.2, 0, 40),
        random.NextDouble() < 0.1,
        random.NextDouble() < 0.7);

    internal BatchOptions Options => new()
    {
        ThrottleLimit = Limit,
        Sequential = Sequential,
        Ordered = Ordered,
        Deduplicate = Deduplicate,
        Retry = new RetryOptions { Count = Retries, Delay = TimeSpan.FromSeconds(RetryDelay), MaxRetryAfter = TimeSpan.FromSeconds(5) },
        Random = new FixedRandom(1),
        AttemptTimeout = Span(AttemptTimeout),
        ItemTimeout = Span(ItemTimeout),
        WaitTimeout = Span(WaitTimeout),
        RunTimeout = Span(RunTimeout),
        GracePeriod = TimeSpan.FromSeconds(Grace),
        Stagger = TimeSpan.FromSeconds(Stagger ?? 0),
        SequentialAbove = SequentialAbove,
        StopAbove = StopAbove,
        CancelOnFailure = CancelOnFailure,
        Credits = Credits,
    };

    /// <summary>Whether an item's own attempts alone decide how it ends.</summary>
    internal bool IsPlain => AttemptTimeout is null && ItemTimeout is null && WaitTimeout is null && RunTimeout is null && StopAbove is null && CancelAt is null && !CancelOnFailure && !Deduplicate;

    public IEnumerable<RunPlan> Shrink()
    {
        RunPlan[] simpler =
        [
            this with { Sequential = false },
            this with { Ordered = false },
            this with { Deduplicate = false },
            this with { Retries = 0 },
            this with { AttemptTimeout = null },
            this with { ItemTimeout = null },
            this with { WaitTimeout = null },
            this with { RunTimeout = null },
            this with { Stagger = null },
            this with { SequentialAbove = null },
            this with { StopAbove = null },
            this with { Credits = null },
            this with { CancelAt = null },
            this with { CancelOnFailure = false },
            this with { Exchanges = false },
            this with { Limit = 1 },
        ];
        return simpler.Where(r => r != this);
    }

    public override string ToString() => "run: " + AdmissionSchedule.Text(this);

    private static TimeSpan? Span(double? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;
}

public sealed record ItemPlan(int Run, double PostAt, int Key, int? SerializeBy, int Cost, AttemptPlan[] Attempts)
{
    public static ItemPlan Random(Random random, int runs) => new(
        random.Next(runs),
        random.NextDouble() < 0.6 ? 0 : AdmissionSchedule.Time(random, 20),
        random.Next(6),
        AdmissionSchedule.Maybe(random, 0.4, () => random.Next(3)),
        random.NextDouble() < 0.7 ? 1 : random.Next(0, 4),
        [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => AttemptPlan.Random(random))]);

    public AttemptPlan Attempt(int number) => Attempts[Math.Min(number, Attempts.Length) - 1];

    public IEnumerable<ItemPlan> Shrink()
    {
        if (Attempts.Length > 1)
        {
            yield return this with { Attempts = Attempts[..^1] };
            yield return this with { Attempts = Attempts[1..] };
        }

        if (PostAt > 0)
        {
            yield return this with { PostAt = 0 };
        }

        if (SerializeBy is not null)
        {
            yield return this with { SerializeBy = null };
        }

        if (Cost != 1)
        {
            yield return this with { Cost = 1 };
        }
    }

    public override string ToString() => "item: " + AdmissionSchedule.Text(this);
}

public sealed record AttemptPlan(double Seconds, OutcomeClass Outcome, double? RetryAfter, double? SecondsAfterStop)
{
    public static AttemptPlan Random(Random random)
    {
        var outcome = random.NextDouble() switch
        {
            < 0.45 => OutcomeClass.Success,
            < 0.75 => OutcomeClass.Transient,
            < 0.87 => OutcomeClass.Throttled,
            < 0.97 => OutcomeClass.ItemFault,
            _ => OutcomeClass.Canceled,
        };
        return new(
            AdmissionSchedule.Time(random, 8),
            outcome,
            outcome is OutcomeClass.Success ? null : AdmissionSchedule.MaybeTime(random, 0.2, 0, 24),
            random.NextDouble() < 0.7 ? AdmissionSchedule.Time(random, 4) : null);
    }

    internal Plan Plan => new(
        Seconds,
        new AttemptOutcome<string>
        {
            Class = Outcome,
            Output = Outcome == OutcomeClass.Success ? "ok" : null,
            Error = Outcome == OutcomeClass.Success ? null : new InvalidOperationException(Outcome.ToString()),
            RetryAfter = RetryAfter is { } wait ? TimeSpan.FromSeconds(wait) : null,
        })
    {
        SecondsAfterStop = SecondsAfterStop,
    };

    public override string ToString() => AdmissionSchedule.Text(this);
}
