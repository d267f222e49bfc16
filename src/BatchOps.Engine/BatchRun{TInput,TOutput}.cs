namespace BatchOps.Engine;

/// <summary>One run over items: takes them in, hands leases to workers, hands outcomes out.</summary>
/// <remarks>
/// The caller posts items and takes results, on one thread or on two; an executor works between. Every item that was
/// posted comes out as exactly one result, also after <see cref="BatchRun.Cancel"/>.
/// </remarks>
/// <typeparam name="TInput">The items.</typeparam>
/// <typeparam name="TOutput">What an attempt yields.</typeparam>
public sealed partial class BatchRun<TInput, TOutput> : BatchRun
{
    private readonly OutcomeQueue<ItemResult<TInput, TOutput>> _outcomes;
    private readonly Deduplicator<TInput, TOutput>? _deduplicator;
    private readonly IdentityCounter? _identities;
    private readonly IJournalCodec<TInput, TOutput>? _codec;
    private RetryPipeline<TInput, TOutput>? _retries;

    /// <summary>Starts a run. It does nothing until an executor is attached and items come.</summary>
    /// <param name="options">What the run is told; null for the defaults.</param>
    /// <param name="codec">How a journal keeps outputs; null for <see cref="JsonJournalCodec{TInput, TOutput}"/>.</param>
    /// <exception cref="BatchOptionsException">Options cannot work; the message names them all.</exception>
    /// <exception cref="BatchNestingException">The calling code is an item that holds a permit of the same throttle.</exception>
    /// <exception cref="JournalException">The journal can't be used, or the batch must not be run now.</exception>
    public BatchRun(BatchOptions? options = null, IJournalCodec<TInput, TOutput>? codec = null)
        : base(options ?? new BatchOptions())
    {
        _outcomes = new(Options.Ordered);
        _deduplicator = Options.Deduplicate || Options.Journal?.CacheFor is not null ? new() : null;
        _identities = Options.BatchName is { } batch ? new(batch) : null;
        _codec = Journal is null ? null : codec ?? new JsonJournalCodec<TInput, TOutput>();
    }

    /// <summary>Posts an item, if there is a credit for it. Never blocks.</summary>
    /// <param name="input">The item.</param>
    /// <param name="traits">What is known of it beyond its value.</param>
    /// <returns>False when the run holds as many items as it may: take results, then try again.</returns>
    /// <exception cref="InvalidOperationException">Items were posted after <see cref="BatchRun.CompleteAdding"/>.</exception>
    public bool TryPost(TInput input, in ItemTraits traits)
    {
        if (TakeCredits(1) == 0)
        {
            return false;
        }

        var arrival = Arrive(input, traits);
        lock (Sync)
        {
            Post(input, arrival);
        }

        Leaving();
        return true;
    }

    /// <summary>Posts as many items as there are credits for, from the first on. Returns how many.</summary>
    internal int TryPost(ReadOnlySpan<(TInput Input, ItemTraits Traits)> items)
    {
        var posted = TakeCredits(items.Length);
        if (posted == 0)
        {
            return 0;
        }

        items = items[..posted];
        var arrivals = _identities is null ? null : new Arrival<TOutput>[posted];
        for (var i = 0; i < arrivals?.Length; i++)
        {
            arrivals[i] = Arrive(items[i].Input, items[i].Traits);
        }

        lock (Sync)
        {
            for (var i = 0; i < posted; i++)
            {
                Post(items[i].Input, arrivals?[i] ?? new Arrival<TOutput> { Traits = items[i].Traits });
            }
        }

        Leaving();
        return posted;
    }

    /// <summary>Takes a result that is ready.</summary>
    /// <param name="result">The result.</param>
    /// <returns>False when none is ready.</returns>
    public bool TryTakeResult([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out ItemResult<TInput, TOutput> result)
    {
        if (!_outcomes.TryTake(out result))
        {
            return false;
        }

        ReturnCredits(1);
        return true;
    }

    /// <summary>Takes all results that are ready.</summary>
    /// <param name="target">Where they are added.</param>
    /// <returns>How many.</returns>
    public int TakeResults(ICollection<ItemResult<TInput, TOutput>> target)
    {
        var taken = _outcomes.TakeAll(target);
        if (taken > 0)
        {
            ReturnCredits(taken);
        }

        return taken;
    }

    /// <summary>Blocks until a result is ready, the run has ended, the time is up or <see cref="WakeReader"/> is called.</summary>
    /// <param name="timeout">Longest wait.</param>
    /// <returns>False when the run has ended and all results were taken.</returns>
    public bool WaitForResult(TimeSpan timeout) => _outcomes.Wait(timeout) || Settled();

    /// <summary>Waits until a result is ready.</summary>
    /// <returns>False when the run has ended and all results were taken.</returns>
    public ValueTask<bool> WaitForResultAsync() => Telemetry.IsHeard ? WaitAndSettleAsync() : _outcomes.WaitAsync();

    /// <summary>Ends a <see cref="WaitForResult"/> early.</summary>
    public void WakeReader() => _outcomes.Nudge();

    /// <summary>Makes the calling thread or async flow a worker of this run. Dispose it when the worker ends.</summary>
    /// <returns>The worker's place in the queue for leases.</returns>
    public LeaseTaker<TInput, TOutput> OpenTaker() => new(this);

    internal void Complete(Lease<TInput, TOutput> lease, in AttemptOutcome<TOutput> outcome)
    {
        lock (Sync)
        {
            var now = Clock.Now;
            Complete(lease, outcome, now);
            if (Throttle.Runs > 1 || HasIdleTaker || Summary.Ended)
            {
                Throttle.Dispatch(now);
            }
        }

        Leaving();
    }

    /// <summary>Ends an attempt and starts the worker's next one. False when the worker has to wait for it.</summary>
    internal bool Exchange(Lease<TInput, TOutput> lease, in AttemptOutcome<TOutput> outcome, LeaseTaker taker)
    {
        bool taken;
        lock (Sync)
        {
            var now = Clock.Now;
            Complete(lease, outcome, now);
            taken = TakeOrQueue(taker, now);
            if (HasIdleTaker || Summary.Ended)
            {
                // The worker at hand came first: it is awake. What it left goes to those that rest.
                Throttle.Dispatch(now);
            }
        }

        Leaving();
        return taken;
    }

    /// <summary>Whether a failed item gets another attempt, and when that is due. Under the lock.</summary>
    internal bool MayRetry(Lease<TInput, TOutput> lease, in AttemptOutcome<TOutput> outcome, int number, out long dueAt)
    {
        dueAt = Clock.Never;
        if (outcome.Class is not (OutcomeClass.Transient or OutcomeClass.Throttled) || number >= Options.Retry.Count || !Starting)
        {
            return false;
        }

        var now = Clock.Now;
        dueAt = Clock.After(now, RetryPipeline<TInput, TOutput>.Delay(Options.Retry, number, Options.Random));
        if (outcome.RetryAfter is { } wait)
        {
            dueAt = Math.Max(dueAt, Clock.After(now, wait));
        }

        return dueAt < lease.ItemDeadline && !AsksTooMuch(lease, outcome, now);
    }

    internal void PlanRetry(Lease<TInput, TOutput> lease, long dueAt)
    {
        lock (Sync)
        {
            var now = Clock.Now;
            lease.NoteRetry(lease.Last.Class, lease.Last.Error, Clock.Between(now, dueAt), Summary.TimeAt(now));
            EnqueueRetry(lease, dueAt, now);
            if (lease.TakeOnCommitted() is { } committed)
            {
                Throttle.Defer(committed);
            }
        }
    }

    /// <summary>Ends an item whose last attempt is known to be its last.</summary>
    internal void EndDecided(Lease<TInput, TOutput> lease, AttemptOutcome<TOutput> outcome)
    {
        lock (Sync)
        {
            var now = Clock.Now;
            if (outcome.Class == OutcomeClass.Success)
            {
                EndExecuted(lease, ItemStatus.Succeeded, OutcomeReason.None, now);
                EndIfDone(now);
                return;
            }

            var mayRepeat = outcome.Class is OutcomeClass.Transient or OutcomeClass.Throttled && lease.Attempt - lease.RetriesBefore <= Options.Retry.Count;
            var timedOut = lease.StopReason == OutcomeReason.AttemptTimeout;
            var reason = !mayRepeat ? OutcomeReason.None
                : !Starting ? StopReason
                : AsksTooMuch(lease, outcome, now) ? OutcomeReason.RetryAfterTooLong
                : OutcomeReason.NoTimeToRetry;
            if (timedOut && reason == OutcomeReason.None)
            {
                reason = OutcomeReason.AttemptTimeout;
            }

            EndExecuted(lease, timedOut ? ItemStatus.TimedOut : ItemStatus.Failed, reason, now);
            EndIfDone(now);
        }
    }

    internal void Finish(Lease<TInput, TOutput> lease, ItemStatus status, OutcomeReason reason, long now)
    {
        HandAll(lease, new ItemResult<TInput, TOutput>(lease, status, reason, now), now);
    }

    /// <summary>Hands out a result, and copies of it for the items that followed.</summary>
    private void HandAll(Lease<TInput, TOutput> lease, ItemResult<TInput, TOutput> result, long now)
    {
        Hand(lease, result, now);
        if (_deduplicator is null)
        {
            return;
        }

        foreach (var follower in _deduplicator.Ended(lease, result))
        {
            Hand(follower, new ItemResult<TInput, TOutput>(follower, result, now), now);
        }
    }

    private async ValueTask<bool> WaitAndSettleAsync() => await _outcomes.WaitAsync().ConfigureAwait(false) || Settled();

    private bool Settled()
    {
        Telemetry.Settle();
        return false;
    }

    private protected override void CompleteDelivery() => _outcomes.Complete();

    internal override void Committed(List<JournalItem> items)
    {
        Summary.NoteCommitted(items.Count);
        foreach (var item in items)
        {
            var result = ((Lease<TInput, TOutput>)item.Lease).Result!;
            _outcomes.Add(result.Index, result);
            if (Options.Remote)
            {
                item.Lease.NoteCommitted();
            }
        }
    }

    internal override (string Type, string Message) DescribeError(Exception error) => _codec!.Describe(error);

    /// <summary>Makes the output of a successful attempt ready for the journal. By the worker, before the attempt ends. An output that can't be kept fails the item.</summary>
    internal AttemptOutcome<TOutput> Keep(Lease<TInput, TOutput> lease, in AttemptOutcome<TOutput> outcome)
    {
        if (Journal is not { KeepsOutput: true } || outcome.Class != OutcomeClass.Success)
        {
            return outcome;
        }

        lease.Stored = Encode(outcome.Output, out var fault);
        return fault is null ? outcome : new AttemptOutcome<TOutput> { Class = OutcomeClass.ItemFault, Error = fault };
    }

    private StoredValue? Encode(TOutput? output, out Exception? fault)
    {
        fault = null;
        try
        {
            return _codec!.Encode(output);
        }
        catch (Exception error)
        {
            fault = new InvalidOperationException($"The item's output can't be journalled: {error.Message}", error);
            return null;
        }
    }

    /// <summary>What identifies the item, and what is stored of it. Without the lock: it hashes and reads files.</summary>
    private Arrival<TOutput> Arrive(TInput input, in ItemTraits traits)
    {
        var arrival = new Arrival<TOutput> { Traits = traits };
        if (_identities is null)
        {
            return arrival;
        }

        if (traits.Key is null || traits.Fault is not null)
        {
            return Journal is null ? arrival : arrival with
            {
                Traits = traits with { Fault = traits.Fault ?? new InvalidOperationException("The item has no key, which a journal needs to know it again. Give ItemTraits.Key.") },
                Entry = new JournalItem(key: null, keyHash: null, occurrence: 0, identity: null),
            };
        }

        var key = Convert.ToString(traits.Key, System.Globalization.CultureInfo.InvariantCulture)!;
        var (hash, occurrence, identity) = _identities.Next(key);
        if (Journal is null)
        {
            return arrival with { Identity = identity };
        }

        string? text = null;
        if (Journal.KeepsInput)
        {
            try
            {
                text = _codec!.EncodeInput(input).Text;
            }
            catch (Exception error)
            {
                arrival = arrival with { Traits = traits with { Fault = new InvalidOperationException($"The item can't be journalled: {error.Message}", error) } };
            }
        }

        var entry = new JournalItem(Journal.Keeps(key), hash, occurrence, identity) { Input = text };
        return Recall(arrival with { Identity = identity, Entry = entry }, entry);
    }

    private Arrival<TOutput> Recall(Arrival<TOutput> arrival, JournalItem entry)
    {
        try
        {
            var stored = Journal!.Find(entry);
            if (stored is null)
            {
                entry.Submission = Options.Remote ? Journal.FindSubmission(entry) : default;
                entry.HeldUsage = Options.UsageLimit is null ? 0 : Journal.FindHeldUsage(entry);
                return arrival;
            }

            return arrival with { Stored = stored, Output = stored.Output is { } output ? _codec!.Decode(output.Text) : default };
        }
        catch (JournalException error)
        {
            Abort(error);
        }
        catch (FormatException)
        {
            // A text that cannot be read is as good as none: the item runs.
        }

        return arrival;
    }

    private void Post(TInput input, in Arrival<TOutput> arrival)
    {
        var traits = arrival.Traits;
        if (AddingCompleted && Starting)
        {
            throw new InvalidOperationException("Items were posted after the run was told that no more would come.");
        }

        var now = Clock.Now;
        var lease = new Lease<TInput, TOutput>(this, input, Summary.Read++, traits) { QueuedAt = now, Identity = arrival.Identity, Entry = arrival.Entry };
        if (lease.Entry is { } entry)
        {
            entry.Lease = lease;
            (lease.Epoch, lease.Starts, lease.Submitted) = entry.Submission;
            Journal!.NotePending(entry);
        }

        // What is stored costs nothing any more, so a run that stopped itself still hands it out.
        if (!Starting && (arrival.Stored is null || StopReason == OutcomeReason.Canceled))
        {
            Finish(lease, StatusOfLate, StopReason, now);
            EndIfDone(now);
            return;
        }

        var fault = traits.Fault ?? NestingFault(traits.SerializeBy) ?? (Exception?)CostFault(traits.RateCost);
        if (fault is not null)
        {
            lease.Last = new AttemptOutcome<TOutput> { Class = OutcomeClass.ItemFault, Error = fault };
            lease.NoteError(fault);
            Finish(lease, ItemStatus.Failed, OutcomeReason.None, now);
        }
        else if (_deduplicator is null || _deduplicator.Leads(lease, out var known))
        {
            if (arrival.Stored is { } stored)
            {
                HandAll(lease, new ItemResult<TInput, TOutput>(lease, stored, arrival.Output, now), now);
            }
            else
            {
                EnqueueNew(lease, now);
            }
        }
        else if (known is not null)
        {
            Hand(lease, new ItemResult<TInput, TOutput>(lease, known, now), now);
        }
    }

    private void Complete(Lease<TInput, TOutput> lease, in AttemptOutcome<TOutput> outcome, long now)
    {
        if (lease.State == ItemState.Abandoned)
        {
            EndAbandoned(lease);
        }
        else
        {
            EndAttempt(lease, outcome, now);
        }

        EndIfDone(now);
    }

    private void EndAttempt(Lease<TInput, TOutput> lease, AttemptOutcome<TOutput> outcome, long now)
    {
        var stopped = outcome.Class == OutcomeClass.Success ? OutcomeReason.None : lease.StopReason;
        if (stopped == OutcomeReason.AttemptTimeout)
        {
            // The operation was told to stop by us; what it says of that matters less than that it took too long.
            var late = new TimeoutException($"The attempt took longer than {Options.AttemptTimeout!.Value.TotalSeconds:0.###} s.", outcome.Error);
            outcome = outcome with { Class = OutcomeClass.Transient, Signal = LimitSignal.Concurrency, Error = late };
        }
        else if (stopped == OutcomeReason.ItemTimeout)
        {
            var late = new TimeoutException($"The item took longer than {Options.ItemTimeout!.Value.TotalSeconds:0.###} s.", outcome.Error);
            outcome = outcome with { Class = OutcomeClass.Transient, Signal = LimitSignal.Concurrency, Error = late };
        }
        else if (stopped != OutcomeReason.None)
        {
            outcome = outcome with { Class = OutcomeClass.Canceled };
        }

        EndAttempt(lease, outcome.Class, outcome.Signal, outcome.RetryAfter, now);
        lease.Last = outcome;
        if (outcome.Class == OutcomeClass.Success)
        {
            if (lease.Retry is null)
            {
                EndExecuted(lease, ItemStatus.Succeeded, OutcomeReason.None, now);
            }
            else
            {
                lease.Retry.Report(outcome);
            }

            return;
        }

        if (outcome.Error is { } error)
        {
            lease.NoteError(error);
        }

        switch (stopped)
        {
            case OutcomeReason.Canceled:
                EndExecuted(lease, ItemStatus.Canceled, OutcomeReason.Canceled, now);
                break;
            case OutcomeReason.Deadline or OutcomeReason.ItemTimeout:
                EndExecuted(lease, ItemStatus.TimedOut, stopped, now);
                break;
            default:
                Decide(lease, outcome);
                break;
        }
    }

    private void Decide(Lease<TInput, TOutput> lease, in AttemptOutcome<TOutput> outcome)
    {
        if (lease.Retry is not null)
        {
            lease.Retry.Report(outcome);
        }
        else if (Options.Retry.Count > 0 && outcome.Class is OutcomeClass.Transient or OutcomeClass.Throttled)
        {
            _retries ??= new RetryPipeline<TInput, TOutput>(Options);
            lease.Retry = new RetrySession<TInput, TOutput>(this, lease);

            // Its end is awaited by nobody: the session reports to the run, and cannot fail.
            _ = _retries.RunAsync(lease.Retry).AsTask();
        }
        else
        {
            EndDecided(lease, outcome);
        }
    }

    private void EndExecuted(Lease<TInput, TOutput> lease, ItemStatus status, OutcomeReason reason, long now)
    {
        ReleaseKey(lease);
        EndExecuted(status is ItemStatus.Failed or ItemStatus.TimedOut, now);
        Finish(lease, status, reason, now);
    }

    /// <summary>Abandoned work has ended after all: what it held is free again.</summary>
    private void EndAbandoned(Lease<TInput, TOutput> lease)
    {
        lease.EndAttempt();
        ReleaseKey(lease);
        Forget(lease);
    }

    private void Hand(Lease<TInput, TOutput> lease, ItemResult<TInput, TOutput> result, long now)
    {
        if (lease.State != ItemState.Abandoned)
        {
            lease.State = ItemState.Ended;
        }

        Telemetry.NoteEnded(lease, result);
        Summary.NoteEnded(result.Status, result.FromCache, result.Resumed, lease.WorkedTicks);
        var usage = SettleReservation(lease, result.Status, now);
        if (lease.Entry is null)
        {
            _outcomes.Add(result.Index, result);
            if (Options.Remote)
            {
                Throttle.Defer(lease.NoteCommitted);
            }

            return;
        }

        // Committed first: the journal hands it out when it is on the disk.
        lease.Result = result;
        var kept = Journal!.NoteEnded(lease.Entry, new JournalRow
        {
            Status = result.Status.ToString(),
            Reason = result.Reason,
            Attempts = result.Attempts,
            Usage = usage,
            StartedAt = lease.FirstStartedAt,
            EndedAt = now,
            Duration = result.Duration,
            Waited = result.Waited,
            FromCache = result.FromCache,
            Error = result.Error,
            Output = result.Stored,
        });
        if (!kept)
        {
            _outcomes.Add(result.Index, result);
        }
    }

    private bool AsksTooMuch(Lease lease, in AttemptOutcome<TOutput> outcome, long now) =>
        outcome.RetryAfter is { } wait && (wait > Options.Retry.MaxRetryAfter || Clock.After(now, wait) >= lease.ItemDeadline);

    private BatchNestingException? NestingFault(object? key)
    {
        if (key is null)
        {
            return null;
        }

        for (var held = Parent; held is not null; held = held.Run.Parent)
        {
            if (key.Equals(held.SerializeKey))
            {
                return new BatchNestingException($"The item that started this run is itself serialised by '{key}'; an inner item on the same key could never be alone on it. Serialise the inner run by another value.");
            }
        }

        return null;
    }

    private ArgumentOutOfRangeException? CostFault(double cost)
    {
        if (!(cost >= 0) || !double.IsFinite(cost))
        {
            return new ArgumentOutOfRangeException(nameof(cost), cost, "The rate cost of an item must be 0 or more.");
        }

        return Throttle.Options.Rate is { } rate && cost > rate.Permits
            ? new ArgumentOutOfRangeException(nameof(cost), cost, $"The rate cost of the item is more than the whole limit of {rate}; it could never start.")
            : null;
    }
}
