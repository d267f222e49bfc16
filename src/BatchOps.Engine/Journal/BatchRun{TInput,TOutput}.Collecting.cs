namespace BatchOps.Engine;

// Outcomes of items that an earlier run of the batch submitted before it died.
public sealed partial class BatchRun<TInput, TOutput>
{
    /// <summary>Records the outcome of an item that an earlier run of the batch submitted before it died. What is resumed later finds it.</summary>
    /// <param name="runId">That run.</param>
    /// <param name="index">The item's index in it.</param>
    /// <param name="outcome">How the item ended.</param>
    /// <returns>A task that ends when the disk has it. False when there is nothing to record it for: no journal, no such item of the batch since it was begun anew, or one whose outcome is known.</returns>
    /// <exception cref="JournalException">It could not be written.</exception>
    internal Task<bool> CollectAsync(Guid runId, long index, CollectedOutcome<TOutput> outcome)
    {
        if (Journal is null)
        {
            return Task.FromResult(false);
        }

        Exception? fault = null;
        var stored = outcome.Status == ItemStatus.Succeeded && Journal.KeepsOutput ? Encode(outcome.Output, out fault) : null;
        var row = new JournalRow
        {
            Status = (fault is null ? outcome.Status : ItemStatus.Failed).ToString(),
            Attempts = outcome.Attempts,
            Epoch = outcome.Epoch,
            EndedAt = Clock.Now,
            Duration = outcome.Duration,
            Error = fault ?? outcome.Error,
            Output = stored,
        };
        return Journal.CollectAsync(runId, index, row);
    }

    /// <summary>Looks whether the journal holds a success of the item by now.</summary>
    internal bool TryRecall(Lease<TInput, TOutput> lease, out TOutput? output)
    {
        output = default;
        if (lease.Entry is not { } entry)
        {
            return false;
        }

        // In this order: a success that comes between the two is found.
        var open = lease.Submitted && Journal!.FindSubmission(entry).IsOpen;
        if (Journal!.FindCollected(entry) is not { } stored)
        {
            lease.Submitted = open;
            return false;
        }

        try
        {
            output = stored.Output is { } text ? _codec!.Decode(text.Text) : default;
            return true;
        }
        catch (FormatException)
        {
            // A text that cannot be read is as good as none.
            return false;
        }
    }
}
