using System.Collections.Concurrent;
using System.Diagnostics;

namespace BatchOps.Engine;

/// <summary>What one run tells those who listen.</summary>
/// <remarks>
/// Listeners are foreign code. What happens under the throttle's lock is only noted there and told after it, by one
/// thread at a time and in order; a worker that comes meanwhile goes on with its work.
/// </remarks>
internal sealed partial class RunTelemetry
{
    // Notes that may lie about before the workers wait for a slow listener.
    private const int MaxNotes = 1024;

    private readonly BatchRun _run;
    private readonly ConcurrentQueue<Note> _notes = new();
    private readonly object _telling = new();
    private readonly Action _tell;
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly Func<Exception, Exception?>? _original;
    private bool _isPlanned;

    public RunTelemetry(BatchRun run)
    {
        _run = run;
        _tell = Tell;
        var options = run.Options.Telemetry;
        Names = (options?.Batch ?? run.Options.BatchName, options?.Command);
        _tags = TagsOf(Names);
        _original = options?.Original;
        BatchTelemetry.Add(run, this);
        Span = StartRun();
    }

    /// <summary>What the run's measurements are called by.</summary>
    public (string? Batch, string? Command) Names { get; }

    /// <summary>The run's span; null when nobody traces it, and then its items have none either.</summary>
    public Activity? Span { get; }

    /// <summary>Whether somebody may have to be told something before the run's end is known.</summary>
    public bool IsHeard => Span is not null || BatchTelemetry.ListensToItems || BatchTelemetry.ListensToAttempts || BatchTelemetry.BreakerTrips.Enabled;

    public static KeyValuePair<string, object?>[] TagsOf((string? Batch, string? Command) names) =>
    [
        .. names.Batch is null ? [] : new[] { KeyValuePair.Create(BatchTelemetry.BatchTag, (object?)names.Batch) },
        .. names.Command is null ? [] : new[] { KeyValuePair.Create(BatchTelemetry.CommandTag, (object?)names.Command) },
    ];

    /// <summary>An attempt ended or was abandoned. Under the lock.</summary>
    public void NoteAttempt(OutcomeClass outcome)
    {
        if (BatchTelemetry.ListensToAttempts)
        {
            Add(new Note(NoteKind.Attempt) { Outcome = outcome });
        }
    }

    /// <summary>The breaker opened on an attempt of this run. Under the lock.</summary>
    public void NoteBreakerTrip()
    {
        if (BatchTelemetry.BreakerTrips.Enabled)
        {
            Add(new Note(NoteKind.BreakerTrip));
        }
    }

    /// <summary>An item ended. Under the lock.</summary>
    public void NoteEnded<TInput, TOutput>(Lease<TInput, TOutput> lease, ItemResult<TInput, TOutput> result)
    {
        var span = lease.TakeSpan();
        if (span is not null || BatchTelemetry.ListensToItems)
        {
            Add(new Note(NoteKind.Item)
            {
                Span = span,
                Status = result.Status,
                Reason = result.Reason,
                Error = result.Error is { } error && result.Status is ItemStatus.Failed or ItemStatus.TimedOut ? OriginalOf(error) : null,
                Attempts = result.Attempts,
                FromCache = result.FromCache,
                WasExecuted = lease.Attempt > 0,
                Duration = result.Duration,
                Wait = result.Waited,
                At = result.EndedAt,
            });
        }
    }

    /// <summary>The run ended. Under the lock.</summary>
    public void NoteRunEnded(long now)
    {
        BatchTelemetry.Remove(_run);
        if (Span is not null)
        {
            Add(new Note(NoteKind.Run) { Span = Span, At = _run.Summary.TimeAt(now) });
        }
    }

    /// <summary>The exception that an attempt's exception stands for.</summary>
    public Exception OriginalOf(Exception error) => _original?.Invoke(error) ?? error;

    /// <summary>Tells all that is noted, and waits for who is telling it: a listener that is closed after the run has heard all of it.</summary>
    public void Settle()
    {
        if (IsHeard || !_notes.IsEmpty)
        {
            lock (_telling)
            {
                TellAll();
            }
        }
    }

    private void Add(in Note note)
    {
        _notes.Enqueue(note);
        if (!_isPlanned)
        {
            _isPlanned = true;
            _run.Throttle.Defer(_tell);
        }
    }

    private void Tell()
    {
        // First, so that a note that comes from now on plans its own telling.
        lock (_run.Sync)
        {
            _isPlanned = false;
        }

        do
        {
            if (_notes.Count > MaxNotes)
            {
                Monitor.Enter(_telling);
            }
            else if (!Monitor.TryEnter(_telling))
            {
                return;
            }

            try
            {
                TellAll();
            }
            finally
            {
                Monitor.Exit(_telling);
            }
        }
        while (!_notes.IsEmpty);
    }

    private void TellAll()
    {
        while (_notes.TryDequeue(out var note))
        {
            TryTell(note);
        }
    }

    /// <summary>Tells a note; false when a listener failed, which must not fail the run.</summary>
    private bool TryTell(in Note note)
    {
        try
        {
            Tell(note);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private enum NoteKind
    {
        Attempt,
        BreakerTrip,
        Item,
        Run,
    }

    private readonly record struct Note(NoteKind Kind)
    {
        public OutcomeClass Outcome { get; init; }

        public Activity? Span { get; init; }

        public ItemStatus Status { get; init; }

        public OutcomeReason Reason { get; init; }

        public Exception? Error { get; init; }

        public int Attempts { get; init; }

        public bool FromCache { get; init; }

        public bool WasExecuted { get; init; }

        public TimeSpan Duration { get; init; }

        public TimeSpan Wait { get; init; }

        public DateTimeOffset At { get; init; }
    }
}
