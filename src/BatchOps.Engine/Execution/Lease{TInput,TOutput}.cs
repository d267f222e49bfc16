namespace BatchOps.Engine;

/// <summary>An item with its value, as an executor holds it for one attempt.</summary>
/// <typeparam name="TInput">The items of the run.</typeparam>
/// <typeparam name="TOutput">What an attempt yields.</typeparam>
public sealed class Lease<TInput, TOutput> : Lease
{
    private readonly BatchRun<TInput, TOutput> _run;

    internal Lease(BatchRun<TInput, TOutput> run, TInput input, long index, in ItemTraits traits)
        : base(run, index, traits)
    {
        _run = run;
        Input = input;
    }

    /// <summary>The item.</summary>
    public TInput Input { get; }

    internal AttemptOutcome<TOutput> Last { get; set; }

    internal List<Exception>? Errors { get; private set; }

    /// <summary>The last output as the journal keeps it.</summary>
    internal StoredValue? Stored { get; set; }

    /// <summary>How the item ended, while the journal is still to write it.</summary>
    internal ItemResult<TInput, TOutput>? Result { get; set; }

    /// <summary>The retry pipeline's view of the item; made by the first failure that may be retried.</summary>
    internal RetrySession<TInput, TOutput>? Retry { get; set; }

    /// <summary>Looks once more whether the journal holds a success of the item, stored since the item was posted.</summary>
    /// <param name="output">The output of it.</param>
    /// <returns>True when it does: the lease is to be completed with it. False otherwise; <see cref="Lease.Submitted"/> then says what the journal knows now.</returns>
    /// <exception cref="JournalException">The journal can't be read.</exception>
    internal bool TryRecall(out TOutput? output) => _run.TryRecall(this, out output);

    internal override void Finish(ItemStatus status, OutcomeReason reason, long now) => _run.Finish(this, status, reason, now);

    internal void NoteError(Exception error) => (Errors ??= []).Add(error);
}
