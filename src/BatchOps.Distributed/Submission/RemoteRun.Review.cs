namespace BatchOps.Distributed;

// What a broker lost (a crash soon after its queues were made can cost confirmed messages) is submitted again.
internal sealed partial class RemoteRun<TInput, TOutput>
{
    // Two rounds in which everybody answered: one alone may fall between a worker's end of an item and the arrival of its
    // result. With a worker that is there but silent, a minute or so: it may be busy and have the item.
    private const int SureRound = 6;
    private const int Lost = 2 * SureRound;

    /// <inheritdoc/>
    public async Task ReviewAsync(SubmitterSession session, int partitions, CancellationToken stop)
    {
        if (_out.Values.Any(a => a.ReplyTo != session.ResultsQueue))
        {
            await session.SearchElsewhereAsync(TakeFoundAsync, stop).ConfigureAwait(false);
        }

        // The order matters: what had left the queues before the workers were asked must be in somebody's hands, or ended.
        var round = Interlocked.Increment(ref _round);
        var waiting = _out.Values.Where(a => a.ConfirmedIn < round).ToList();
        var results = await session.LookAsync([session.ResultsQueue], stop).ConfigureAwait(false);
        var plain = await session.LookAsync([Topology.Work], stop).ConfigureAwait(false);
        var keyed = waiting.Exists(static a => a.Lease.SerializeKey is not null)
            ? await session.LookAsync(Enumerable.Range(0, partitions).Select(Topology.Keyed), stop).ConfigureAwait(false)
            : default;
        var answers = await RollCall.AskAsync(session.Connection, _options.Signer, _options.RollCallPatience, cancellationToken: stop).ConfigureAwait(false);
        var present = answers.DistinctBy(static p => p.Worker.Id, StringComparer.Ordinal).ToList();
        run.Summary.NoteWorkers(present.Count);

        // A queue that is busy, or was just started, may answer that it has neither messages nor consumers.
        var consumers = present.Where(static p => !p.Draining).Sum(static p => p.ThrottleLimit + p.ReadAhead);
        var isSure = present.Count > 0 && consumers == plain.Consumers;
        var held = present.SelectMany(static p => p.Items).Where(i => i.Batch == Batch).Select(static i => i.Attempt.Identity).ToHashSet(StringComparer.Ordinal);
        foreach (var attempt in waiting)
        {
            var (messages, fewestConsumers) = attempt.Lease.SerializeKey is null ? plain : keyed;
            if (held.Contains(attempt.Identity) || messages + results.Messages > 0)
            {
                attempt.Missed = 0;
                continue;
            }

            attempt.Missed += isSure && fewestConsumers > 0 ? SureRound : 1;
            if (attempt.Missed >= Lost && !attempt.Outcome.IsCompleted)
            {
                attempt.Missed = 0;
                attempt.ConfirmedIn = null;
                _ = ResubmitAsync(attempt);
            }
        }
    }
}
