using System.Collections.Concurrent;
using BatchOps.Engine;
using RabbitMQ.Client;

namespace BatchOps.Distributed;

// What comes back: starts and results, of this run and of those before it.
internal sealed partial class RemoteRun<TInput, TOutput>
{
    private readonly ConcurrentDictionary<string, int> _workers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask HandleAsync(Delivery delivery)
    {
        if (Message.Unpack<StartMessage>(delivery.Body, delivery.Properties, _options.Signer) is { } start)
        {
            NoteStarted(start);
        }
        else if (Message.Unpack<ResultMessage>(delivery.Body, delivery.Properties, _options.Signer) is { } result)
        {
            if (result.Batch != Batch)
            {
                await delivery.Session.ParkAsync(delivery).ConfigureAwait(false);
                return;
            }

            if (_out.TryGetValue(result.Attempt.Identity, out var attempt) && TryEnd(attempt, result, delivery.Acknowledge))
            {
                return;
            }

            if (attempt is null && result.Attempt.Run != run.Id)
            {
                _ = CollectAsync(result, delivery.Acknowledge);
                return;
            }
        }

        // Heard, or of no use: another has the item by now, its outcome is known, or nobody of ours has signed it.
        delivery.Acknowledge();
    }

    private void NoteStarted(StartMessage start)
    {
        if (start.Batch == Batch && _out.TryGetValue(start.Attempt.Identity, out var attempt) && attempt.NoteStarted(start.Attempt))
        {
            attempt.Lease.NoteStarted(NumberOf(start.Worker), TimeSpan.FromSeconds(start.Seconds));
        }
    }

    /// <summary>Ends an attempt with what a worker says. False when that comes too late; else the result is acknowledged when the journal has it.</summary>
    private bool TryEnd(RemoteAttempt<TInput, TOutput> attempt, ResultMessage result, Action acknowledge)
    {
        var lease = attempt.Lease;
        if (attempt.IsStale(result.Attempt) || attempt.Outcome.IsCompleted)
        {
            return false;
        }

        if (result.Class == OutcomeClass.Canceled && lease.StopReason == OutcomeReason.None && result.Attempt.Run != run.Id)
        {
            // The run that had submitted it was stopped before it died; this one wants it done.
            acknowledge();
            _ = ResubmitAsync(attempt);
            return true;
        }

        var outcome = OutcomeOf(result, lease.Input);
        if (!attempt.Started)
        {
            lease.Worker = NumberOf(result.Worker);
            lease.NoteDuration(TimeSpan.FromSeconds(result.Seconds));
        }

        if (result.TimedOut && run.Options.AttemptTimeout is not null)
        {
            lease.NoteTimedOut();
        }

        // Also where a stop ends the attempt in this moment: a message is acknowledged once.
        lease.OnCommitted(acknowledge);
        attempt.TryEnd(outcome);
        return true;
    }

    private AttemptOutcome<TOutput> OutcomeOf(ResultMessage result, TInput? input)
    {
        if (result.TimedOut)
        {
            var limit = run.Options.AttemptTimeout ?? _options.LongestAttempt;
            return new AttemptOutcome<TOutput>
            {
                Class = OutcomeClass.Transient,
                Signal = LimitSignal.Concurrency,
                Error = new TimeoutException($"The attempt took longer than {limit.TotalSeconds:0.###} s{(run.Options.AttemptTimeout is null ? ", after which the broker would take it back; raise its setting 'consumer_timeout' and say so with ConsumerTimeout" : string.Empty)}."),
            };
        }

        try
        {
            return codec.Decode(result, input);
        }
        catch (Exception error)
        {
            // Whatever is wrong with it: without an outcome the item would be submitted again and again.
            return new AttemptOutcome<TOutput> { Class = OutcomeClass.ItemFault, Error = error };
        }
    }

    /// <summary>Gives the journal the outcome of an item that an earlier run had submitted and this one has not read yet.</summary>
    private Task CollectAsync(ResultMessage result, Action acknowledge)
    {
        if (result.Class == OutcomeClass.Canceled)
        {
            acknowledge();
            return Task.CompletedTask;
        }

        var outcome = OutcomeOf(result, input: default);
        return StoreAsync(result.Attempt, new CollectedOutcome<TOutput>
        {
            Status = outcome.Class == OutcomeClass.Success ? ItemStatus.Succeeded : result.TimedOut ? ItemStatus.TimedOut : ItemStatus.Failed,
            Output = outcome.Output,
            Attempts = result.Attempt.Attempt,
            Duration = TimeSpan.FromSeconds(result.Seconds),
            Error = outcome.Error,
            Epoch = result.Attempt.Epoch,
        });

        async Task StoreAsync(AttemptMessage attempt, CollectedOutcome<TOutput> collected)
        {
            try
            {
                await run.CollectAsync(attempt.Run, attempt.Index, collected).ConfigureAwait(false);

                // This run may have come to the item meanwhile, and not found it in the journal yet.
                if (!_out.TryGetValue(attempt.Identity, out var waiting) || !waiting.Lease.Submitted || !TryEnd(waiting, result, acknowledge))
                {
                    acknowledge();
                }
            }
            catch (JournalException error)
            {
                run.Abort(error);
            }
        }
    }

    /// <summary>Takes what is of this batch and lies where this run does not read.</summary>
    private async ValueTask<bool> TakeFoundAsync(ReadOnlyMemory<byte> body, IReadOnlyBasicProperties properties)
    {
        if (Message.Unpack<StartMessage>(body, properties, _options.Signer) is { } start)
        {
            NoteStarted(start);
            return start.Batch == Batch;
        }

        if (Message.Unpack<ResultMessage>(body, properties, _options.Signer) is not { } result || result.Batch != Batch)
        {
            return false;
        }

        // It is acknowledged before the journal has it: where this process dies in between, the item runs once more.
        if (!_out.TryGetValue(result.Attempt.Identity, out var attempt) || !TryEnd(attempt, result, static () => { }))
        {
            await CollectAsync(result, static () => { }).ConfigureAwait(false);
        }

        return true;
    }

    private int NumberOf(WorkerName worker) => _workers.GetOrAdd(worker.Id, _ => _workers.Count + 1);
}
