using Polly;
using Polly.Retry;

namespace BatchOps.Engine;

/// <summary>What comes after a failed attempt, carried by Polly's retry strategy.</summary>
/// <remarks>
/// The first attempt runs bare; only a failure enters the pipeline, whose first callback returns the outcome that is
/// known already. Every further callback plans a lease with a due time and ends when an executor has reported that
/// attempt, so waiting for a retry occupies no worker, no timer of its own and no permit. Polly drives it, the
/// session decides, the run's clock keeps the delay.
/// </remarks>
internal sealed class RetryPipeline<TInput, TOutput>
{
    private static readonly ResiliencePropertyKey<RetrySession<TInput, TOutput>> SessionKey = new("BatchOps.RetrySession");

    private readonly ResiliencePipeline<AttemptOutcome<TOutput>> _pipeline;

    public RetryPipeline(BatchOptions options)
    {
        _pipeline = new ResiliencePipelineBuilder<AttemptOutcome<TOutput>> { TimeProvider = options.TimeProvider }
            .AddRetry(new RetryStrategyOptions<AttemptOutcome<TOutput>>
            {
                // The session knows how many count: those since the item's last checkpoint.
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = static args =>
                {
                    args.Context.Properties.TryGetValue(SessionKey, out var session);
                    return new(session!.MayRetry(args.Outcome.Result, args.AttemptNumber));
                },

                // The session holds the delay that it planned; Polly itself must not wait.
                DelayGenerator = static _ => new((TimeSpan?)TimeSpan.Zero),
            })
            .Build();
    }

    /// <summary>The delay before retry <paramref name="number"/> (from 0).</summary>
    public static TimeSpan Delay(RetryOptions retry, int number, Random random)
    {
        var ceiling = Math.Min(retry.MaxDelay.TotalSeconds, retry.Delay.TotalSeconds * Math.Pow(2, Math.Min(number, 62)));
        return TimeSpan.FromSeconds(ceiling * random.NextDouble());
    }

    /// <summary>Decides about an attempt that failed. The session ends the item or plans its next attempt.</summary>
    public async ValueTask RunAsync(RetrySession<TInput, TOutput> session)
    {
        var context = ResilienceContextPool.Shared.Get();
        context.Properties.Set(SessionKey, session);
        var outcome = await _pipeline.ExecuteOutcomeAsync(static (_, s) => s.NextAsync(), context, session).ConfigureAwait(false);
        ResilienceContextPool.Shared.Return(context);
        session.Run.EndDecided(session.Lease, outcome.Result);
    }
}
