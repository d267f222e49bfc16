using System.Diagnostics;
using System.Globalization;

namespace BatchOps.Engine;

// Notes as spans: one of the run, one of each item that was started.
internal sealed partial class RunTelemetry
{
    /// <summary>Starts an item's span; null when nobody traces the run. By the worker, without the lock.</summary>
    public Activity? StartItem(Lease lease)
    {
        if (Span is null)
        {
            return null;
        }

        try
        {
            var span = BatchTelemetry.Source.CreateActivity(BatchTelemetry.ItemSpan, ActivityKind.Internal, Span.Context, TagsOf(lease));

            // One that a worker elsewhere is still to start begins with its being handed out.
            span?.SetStartTime(_run.Summary.TimeAt(lease.FirstStartedAt == Clock.Never ? _run.Clock.Now : lease.FirstStartedAt).UtcDateTime);
            return span?.Start();
        }
        catch (Exception)
        {
            // As with every listener.
            return null;
        }
    }

    /// <summary>Ends a span that nobody will hear more of.</summary>
    public static void Discard(Activity span)
    {
        span.IsAllDataRequested = false;
        span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        Stop(span);
    }

    private Activity? StartRun()
    {
        if (!BatchTelemetry.Source.HasListeners())
        {
            return null;
        }

        var current = Activity.Current;
        try
        {
            var span = BatchTelemetry.Source.CreateActivity(
                BatchTelemetry.RunSpan,
                ActivityKind.Internal,
                current?.Context ?? default,
                [.. _tags, new(BatchTelemetry.RunIdTag, _run.Id.ToString())]);
            span?.SetStartTime(_run.Summary.StartTime.UtcDateTime);
            return span?.Start();
        }
        catch (Exception)
        {
            return null;
        }
        finally
        {
            // It belongs to the run, not to what else the caller does meanwhile.
            Activity.Current = current;
        }
    }

    private IEnumerable<KeyValuePair<string, object?>> TagsOf(Lease lease)
    {
        yield return new(BatchTelemetry.RunIdTag, _run.Id.ToString());
        yield return new("batchops.item.index", lease.Index);
        foreach (var tag in _tags)
        {
            yield return tag;
        }

        if (lease.Identity is { } identity)
        {
            yield return new("batchops.item.identity", identity);
        }
    }

    private static void EndItem(Activity span, in Note note)
    {
        span.SetTag(BatchTelemetry.StatusTag, TelemetryText.Of(note.Status));
        span.SetTag("batchops.item.attempts", note.Attempts);
        if (note.Reason != OutcomeReason.None)
        {
            span.SetTag(BatchTelemetry.ReasonTag, TelemetryText.Of(note.Reason));
        }

        if (TelemetryText.ErrorTypeOf(note.Status, note.Error) is { } errorType)
        {
            var message = note.Error is null ? null : Redactor.Redact(note.Error.Message);
            span.SetTag(BatchTelemetry.ErrorTypeTag, errorType);
            span.SetStatus(ActivityStatusCode.Error, message);
            if (note.Error is not null)
            {
                span.AddEvent(new ActivityEvent("exception", note.At, new ActivityTagsCollection
                {
                    ["exception.type"] = note.Error.GetType().FullName,
                    ["exception.message"] = message,
                }));
            }
        }

        span.SetEndTime(note.At.UtcDateTime);
        Stop(span);
    }

    private void EndRun(in Note note)
    {
        var (span, summary) = (note.Span!, _run.Summary);
        span.SetTag("batchops.run.items", summary.Done);
        span.SetTag("batchops.run.succeeded", summary.Succeeded);
        span.SetTag("batchops.run.failed", summary.Failed);
        span.SetTag("batchops.run.timed_out", summary.TimedOut);
        span.SetTag("batchops.run.canceled", summary.Canceled);
        span.SetTag("batchops.run.skipped", summary.Skipped);
        span.SetTag("batchops.run.attempts", summary.Attempts);
        if (_run.Fault is { } fault)
        {
            span.SetTag(BatchTelemetry.ErrorTypeTag, fault.GetType().FullName);
            span.SetStatus(ActivityStatusCode.Error, Redactor.Redact(fault.Message));
        }
        else if (summary.StopReason is not (OutcomeReason.None or OutcomeReason.Canceled))
        {
            var reason = TelemetryText.Of(summary.StopReason);
            span.SetTag("batchops.run.stop_reason", reason);
            span.SetTag(BatchTelemetry.ErrorTypeTag, reason);
            span.SetStatus(ActivityStatusCode.Error, "The run stopped before its end.");
        }
        else if (summary.StopReason == OutcomeReason.Canceled)
        {
            span.SetTag("batchops.run.stop_reason", TelemetryText.Of(OutcomeReason.Canceled));
        }
        else if (summary.Failed + summary.TimedOut is > 0 and var failed)
        {
            span.SetStatus(ActivityStatusCode.Error, string.Create(CultureInfo.InvariantCulture, $"{failed} of {summary.Done} items failed."));
        }

        // Elapsed time, not the clock's: a clock that is set meanwhile must not end the span before it began.
        span.SetEndTime(note.At.UtcDateTime);
        Stop(span);
    }

    /// <summary>Stops a span without making its parent current on this thread, which is not the one that it began on.</summary>
    private static void Stop(Activity span)
    {
        var current = Activity.Current;
        try
        {
            span.Stop();
        }
        finally
        {
            Activity.Current = current is { IsStopped: true } ? null : current;
        }
    }
}
