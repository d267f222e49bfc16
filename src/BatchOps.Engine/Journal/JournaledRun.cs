namespace BatchOps.Engine;

/// <summary>A run as a journal holds it.</summary>
public sealed record JournaledRun
{
    /// <summary>The run's id.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The batch that it belongs to.</summary>
    public required string BatchName { get; init; }

    /// <summary>Whether it went on with what runs before it had begun.</summary>
    public required bool Resumed { get; init; }

    /// <summary>The command that started it.</summary>
    public string? Command { get; init; }

    /// <summary>The script that called it.</summary>
    public string? ScriptFile { get; init; }

    /// <summary>The line of <see cref="ScriptFile"/>, from 1.</summary>
    public int? ScriptLine { get; init; }

    /// <summary>Its settings, as JSON.</summary>
    public required string Settings { get; init; }

    /// <summary>Whether it handed results out in input order.</summary>
    public required bool Ordered { get; init; }

    /// <summary>The machine it ran on.</summary>
    public required string Host { get; init; }

    /// <summary>The process it ran in.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When it started (UTC).</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>When it ended (UTC); null while it runs, or when it was interrupted.</summary>
    public DateTimeOffset? EndTime { get; init; }

    /// <summary><c>Running</c>, <c>Completed</c>, <c>Stopped</c> (by a limit of its own), <c>Canceled</c>, <c>Faulted</c> or <c>Interrupted</c> (its process died).</summary>
    public required string Status { get; init; }

    /// <summary>Why it stopped early; null when it did not.</summary>
    public string? Reason { get; init; }

    /// <summary>Most items that it was allowed to have at work at once.</summary>
    public required int MaxConcurrency { get; init; }

    /// <summary>Most items that it had at work at once.</summary>
    public required int PeakConcurrency { get; init; }

    /// <summary>Mean number of items at work.</summary>
    public required double MeanConcurrency { get; init; }

    /// <summary>Time from start to end; of a run without an end, to the last of its items that is known to have ended.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Items that it read.</summary>
    public required long Items { get; init; }

    /// <summary>Items that succeeded.</summary>
    public required long Succeeded { get; init; }

    /// <summary>Items that failed.</summary>
    public required long Failed { get; init; }

    /// <summary>Items that a timeout or the deadline ended.</summary>
    public required long TimedOut { get; init; }

    /// <summary>Items that were read and not finished.</summary>
    public required long Canceled { get; init; }

    /// <summary>Items that never started.</summary>
    public required long Skipped { get; init; }

    /// <summary>Items whose outcome was not made by running them.</summary>
    public required long FromCache { get; init; }

    /// <summary>Attempts that were started.</summary>
    public required long Attempts { get; init; }

    /// <summary>Sum of the times that the items' attempts took, in seconds.</summary>
    public required double ItemSeconds { get; init; }

    /// <summary>Throttled attempts (429).</summary>
    public required long RateLimitHits { get; init; }

    /// <summary>How often the circuit breaker opened.</summary>
    public required int BreakerTrips { get; init; }

    internal long Row { get; init; }
}
