using System.Threading.Tasks.Sources;
using Polly;

namespace BatchOps.Engine;

/// <summary>One item in the retry pipeline: hands it the outcomes of attempts that executors run.</summary>
/// <remarks>Its source runs continuations in place, so that a decision is made on the thread, and under the lock, that reported the attempt.</remarks>
internal sealed class RetrySession<TInput, TOutput>(BatchRun<TInput, TOutput> run, Lease<TInput, TOutput> lease)
    : IValueTaskSource<Outcome<AttemptOutcome<TOutput>>>
{
    private ManualResetValueTaskSourceCore<Outcome<AttemptOutcome<TOutput>>> _attempt;
    private bool _entered;
    private long _dueAt;

    public BatchRun<TInput, TOutput> Run => run;

    public Lease<TInput, TOutput> Lease => lease;

    /// <summary>The pipeline's callback: first the outcome that let it in, then one planned attempt after another.</summary>
    public ValueTask<Outcome<AttemptOutcome<TOutput>>> NextAsync()
    {
        if (!_entered)
        {
            _entered = true;
            return new(Outcome.FromResult(lease.Last));
        }

        _attempt.Reset();
        run.PlanRetry(lease, _dueAt);
        return new(this, _attempt.Version);
    }

    /// <summary>An executor reported a planned attempt.</summary>
    public void Report(AttemptOutcome<TOutput> outcome) => _attempt.SetResult(Outcome.FromResult(outcome));

    /// <summary>Whether the item gets another attempt; if so, when.</summary>
    /// <param name="outcome">How the last one ended.</param>
    /// <param name="number">Retries so far.</param>
    public bool MayRetry(AttemptOutcome<TOutput> outcome, int number) => run.MayRetry(lease, outcome, number - lease.RetriesBefore, out _dueAt);

    Outcome<AttemptOutcome<TOutput>> IValueTaskSource<Outcome<AttemptOutcome<TOutput>>>.GetResult(short token) => _attempt.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Outcome<AttemptOutcome<TOutput>>>.GetStatus(short token) => _attempt.GetStatus(token);

    void IValueTaskSource<Outcome<AttemptOutcome<TOutput>>>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _attempt.OnCompleted(continuation, state, token, flags);
}
