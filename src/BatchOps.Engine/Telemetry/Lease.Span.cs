using System.Diagnostics;

namespace BatchOps.Engine;

// The item's span, current while an attempt is at work, so that what the operation calls appears below it.
public abstract partial class Lease
{
    private static readonly object Ended = new();

    // The span, or Ended.
    private object? _span;

    /// <summary>Makes the item's span current for this thread or async flow; the first attempt starts it. By the worker, before the attempt.</summary>
    internal void EnterSpan()
    {
        if (Run.Telemetry.Span is null)
        {
            return;
        }

        if (_span is null && Run.Telemetry.StartItem(this) is { } started && Interlocked.CompareExchange(ref _span, started, comparand: null) is not null)
        {
            // The item was ended before its worker came to start it.
            RunTelemetry.Discard(started);
        }

        Activity.Current = _span as Activity;
    }

    /// <summary>Ends what <see cref="EnterSpan"/> began. By the worker, after the attempt.</summary>
    internal void LeaveSpan()
    {
        if (Run.Telemetry.Span is not null)
        {
            Activity.Current = null;
        }
    }

    /// <summary>Notes at the item's span that another attempt follows.</summary>
    internal void NoteRetry(OutcomeClass outcome, Exception? error, TimeSpan delay, DateTimeOffset at)
    {
        if (_span is not Activity { IsAllDataRequested: true } span)
        {
            return;
        }

        var tags = new ActivityTagsCollection
        {
            ["batchops.attempt.number"] = Attempt,
            [BatchTelemetry.OutcomeTag] = TelemetryText.Of(outcome),
            ["batchops.retry.delay"] = delay.TotalSeconds,
        };
        if (error is not null)
        {
            tags[BatchTelemetry.ErrorTypeTag] = TelemetryText.TypeOf(Run.Telemetry.OriginalOf(error));
        }

        span.AddEvent(new ActivityEvent(BatchTelemetry.RetryEvent, at, tags));
    }

    /// <summary>The item has ended: its span, to be stopped after the lock; null when it has none.</summary>
    internal Activity? TakeSpan() => Run.Telemetry.Span is null ? null : Interlocked.Exchange(ref _span, Ended) as Activity;
}
