using System.Diagnostics;

namespace BatchOps.Engine;

// Notes as measurements.
internal sealed partial class RunTelemetry
{
    private void Tell(in Note note)
    {
        switch (note.Kind)
        {
            case NoteKind.Attempt:
                TellAttempt(note);
                break;
            case NoteKind.BreakerTrip:
                BatchTelemetry.BreakerTrips.Add(1, _tags);
                break;
            case NoteKind.Item:
                TellItem(note);
                break;
            default:
                EndRun(note);
                break;
        }
    }

    private void TellAttempt(in Note note)
    {
        var tags = new TagList(_tags) { { BatchTelemetry.OutcomeTag, TelemetryText.Of(note.Outcome) } };
        BatchTelemetry.Attempts.Add(1, tags);
        if (note.Outcome == OutcomeClass.Throttled)
        {
            BatchTelemetry.RateLimitHits.Add(1, _tags);
        }
    }

    private void TellItem(in Note note)
    {
        // The item's span is current meanwhile, so that exemplars of the measurements lead to it.
        var current = Activity.Current;
        Activity.Current = note.Span;
        try
        {
            var tags = new TagList(_tags) { { BatchTelemetry.StatusTag, TelemetryText.Of(note.Status) } };
            if (TelemetryText.ErrorTypeOf(note.Status, note.Error) is { } errorType)
            {
                tags.Add(BatchTelemetry.ErrorTypeTag, errorType);
            }

            BatchTelemetry.Items.Add(1, tags);
            if (note.FromCache)
            {
                BatchTelemetry.CacheHits.Add(1, _tags);
            }
            else if (note.WasExecuted)
            {
                BatchTelemetry.ItemDuration.Record(note.Duration.TotalSeconds, tags);
                BatchTelemetry.ItemWait.Record(note.Wait.TotalSeconds, tags);
            }
        }
        finally
        {
            try
            {
                if (note.Span is not null)
                {
                    EndItem(note.Span, note);
                }
            }
            finally
            {
                Activity.Current = current;
            }
        }
    }
}
