using System.Runtime.CompilerServices;

namespace BatchOps.Engine;

/// <summary>Runs an operation over items from C#: the whole way from a source to a stream of results in one call.</summary>
public static class Batch
{
    // Enough to make the lock's cost small, and a small part of the credits.
    private const int ChunkSize = 32;

    /// <summary>Runs an asynchronous operation over a sequence and yields each item's result as it finishes.</summary>
    /// <typeparam name="TInput">The items.</typeparam>
    /// <typeparam name="TOutput">What the operation yields.</typeparam>
    /// <param name="source">The items; read on a pool thread, no further ahead than the run's credits allow.</param>
    /// <param name="operation">The operation, given the lease of an attempt. It must not block.</param>
    /// <param name="options">What the run is told; null for the defaults.</param>
    /// <param name="traits">Key, serialisation key and cost of an item; null for none.</param>
    /// <param name="cancellationToken">Cancels the run; what has not finished is yielded as <see cref="ItemStatus.Canceled"/>.</param>
    /// <returns>One result for each item, in completion order unless <see cref="BatchOptions.Ordered"/>.</returns>
    /// <exception cref="BatchOptionsException">Options cannot work; thrown at the call, before anything starts.</exception>
    public static IAsyncEnumerable<ItemResult<TInput, TOutput>> RunAsync<TInput, TOutput>(
        IEnumerable<TInput> source,
        Func<Lease<TInput, TOutput>, ValueTask<TOutput>> operation,
        BatchOptions? options = null,
        Func<TInput, ItemTraits>? traits = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var run = new BatchRun<TInput, TOutput>(options);
        TaskExecutor<TInput, TOutput>.Attach(run, operation);
        return StreamAsync(run, source, traits, cancellationToken);
    }

    /// <summary>Posts a sequence to a run and yields the results; ends or leaves the run canceled, never at work.</summary>
    /// <typeparam name="TInput">The items.</typeparam>
    /// <typeparam name="TOutput">What an attempt yields.</typeparam>
    /// <param name="run">A run with an executor.</param>
    /// <param name="source">The items.</param>
    /// <param name="traits">Key, serialisation key and cost of an item; null for none.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    public static async IAsyncEnumerable<ItemResult<TInput, TOutput>> StreamAsync<TInput, TOutput>(
        BatchRun<TInput, TOutput> run,
        IEnumerable<TInput> source,
        Func<TInput, ItemTraits>? traits = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(source);
        var registration = cancellationToken.UnsafeRegister(static r => ((BatchRun)r!).Cancel(), run);
        await using var _ = registration.ConfigureAwait(false);
        var feeding = Task.Run(() => FeedAsync(run, source, traits), CancellationToken.None);
        try
        {
            var results = new List<ItemResult<TInput, TOutput>>();
            while (await run.WaitForResultAsync().ConfigureAwait(false))
            {
                run.TakeResults(results);
                foreach (var result in results)
                {
                    yield return result;
                }

                results.Clear();
            }
        }
        finally
        {
            // Reached early when the consumer stops reading.
            run.Cancel();
        }

        if (run.Fault is { } fault)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        }

        await feeding.ConfigureAwait(false);
    }

    private static async Task FeedAsync<TInput, TOutput>(BatchRun<TInput, TOutput> run, IEnumerable<TInput> source, Func<TInput, ItemTraits>? traits)
    {
        // A source that is all there is posted in chunks, one that is made as it is read item by item.
        var chunk = new (TInput Input, ItemTraits Traits)[source is ICollection<TInput> or IReadOnlyCollection<TInput> ? ChunkSize : 1];
        var filled = 0;
        try
        {
            foreach (var input in source)
            {
                chunk[filled++] = (input, traits?.Invoke(input) ?? ItemTraits.None);
                if (filled == chunk.Length)
                {
                    await PostAsync(run, chunk).ConfigureAwait(false);
                    filled = 0;
                }

                if (run.StopReason == OutcomeReason.Canceled)
                {
                    return;
                }
            }

            await PostAsync(run, chunk.AsMemory(0, filled)).ConfigureAwait(false);
        }
        catch
        {
            // The source failed: what was read is finished with, and the caller gets the source's exception.
            run.Cancel();
            throw;
        }

        run.CompleteAdding();
    }

    private static async ValueTask PostAsync<TInput, TOutput>(BatchRun<TInput, TOutput> run, ReadOnlyMemory<(TInput Input, ItemTraits Traits)> items)
    {
        while (true)
        {
            items = items[run.TryPost(items.Span)..];
            if (items.IsEmpty || run.StopReason == OutcomeReason.Canceled)
            {
                return;
            }

            await run.WaitForCreditAsync().ConfigureAwait(false);
        }
    }
}
