namespace BatchOps.Distributed;

// What a broker lost (a crash soon after its queues were made can cost confirmed messages) is submitted again.
internal sealed partial class RemoteRun<TInput, TOutput>
{
    // One round may fall between a worker's end of an item and the arrival of its result.
    private const int RoundsUntilLost = 2;

    /// <inheritdoc/>
    public async Task ReviewAsync(SubmitterSession session, int partitions, CancellationToken stop)
    {
        await session.ConsumeHomeAsync(stop).ConfigureAwait(false);
        if (_out.Values.Any(static a => a.Adopted))
        {
            await session.SearchParkedAsync(TakeParkedAsync, stop).ConfigureAwait(false);
        }

        // The order matters: what had left the queues before the workers were asked must be in somebody's hands, or ended.
        var round = Interlocked.Increment(ref _round);
        var waiting = _out.Values.Where(a => a.ConfirmedIn < round).ToList();
        var (keyed, plain) = (waiting.Exists(static a => a.Lease.SerializeKey is not null), waiting.Exists(static a => a.Lease.SerializeKey is null));
        var noResults = await session.AreEmptyAsync([session.ResultsQueue], stop).ConfigureAwait(false);
        var plainEmpty = noResults && plain && await session.AreEmptyAsync([Topology.Work], stop).ConfigureAwait(false);
        var keyedEmpty = noResults && keyed && await session.AreEmptyAsync(Enumerable.Range(0, partitions).Select(Topology.Keyed), stop).ConfigureAwait(false);
        var present = await RollCall.AskAsync(session.Connection, _options.Signer, _options.RollCallPatience, cancellationToken: stop).ConfigureAwait(false);
        run.Summary.NoteWorkers(present.Count);
        var held = present.SelectMany(static p => p.Items).Where(i => i.Batch == Batch).Select(static i => i.Attempt.Identity).ToHashSet(StringComparer.Ordinal);
        foreach (var attempt in waiting)
        {
            if (held.Contains(attempt.Identity) || !(attempt.Lease.SerializeKey is null ? plainEmpty : keyedEmpty))
            {
                attempt.Missed = 0;
            }
            else if (++attempt.Missed >= RoundsUntilLost && !attempt.Outcome.IsCompleted)
            {
                attempt.Missed = 0;
                attempt.ConfirmedIn = null;
                attempt.Lease.NextEpoch();
                _ = SubmitAsync(attempt);
            }
        }
    }
}
