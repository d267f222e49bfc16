using BatchOps.Engine;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Jobs;

namespace Benchmarks;

/// <summary>What an item costs in the engine when its operation does nothing, against <see cref="Parallel.ForEachAsync{TSource}(IEnumerable{TSource}, ParallelOptions, Func{TSource, CancellationToken, ValueTask})"/>.</summary>
/// <remarks>Times and bytes are per item. Unlike the baseline, the engine hands out a result for each item.</remarks>
[MemoryDiagnoser]
[SimpleJob(RuntimeMoniker.HostProcess, warmupCount: 5, iterationCount: 15)]
public class EngineBenchmarks
{
    private const int Items = 200_000;

    private readonly BatchThrottle _throttle = new(new ThrottleOptions
    {
        ThrottleLimit = 100,
        BreakAfter = 5,
        Rate = new RateLimit(1e12, TimeSpan.FromMinutes(1)) { Burst = 1e11 },
    });

    /// <summary>Most items at work at once.</summary>
    [Params(2, 8)]
    public int Limit { get; set; }

    /// <summary>The framework's own loop.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Items)]
    public Task ParallelForEachAsync() =>
        Parallel.ForEachAsync(Enumerable.Range(0, Items), new ParallelOptions { MaxDegreeOfParallelism = Limit }, static (_, _) => ValueTask.CompletedTask);

    /// <summary>The engine with nothing asked of it but a limit.</summary>
    [Benchmark(OperationsPerInvoke = Items)]
    public Task<int> EngineBare() => RunAsync(new BatchOptions { ThrottleLimit = Limit });

    /// <summary>The engine with a breaker, a rate limit and a shared throttle.</summary>
    [Benchmark(OperationsPerInvoke = Items)]
    public Task<int> EngineWithThrottle() => RunAsync(new BatchOptions { ThrottleLimit = Limit, Throttle = _throttle });

    private static async Task<int> RunAsync(BatchOptions options)
    {
        var count = 0;
        await foreach (var _ in Batch.RunAsync<int, int>(Enumerable.Range(0, Items), static lease => new ValueTask<int>(lease.Input), options))
        {
            count++;
        }

        return count == Items ? count : throw new InvalidOperationException($"{count} of {Items} items came out.");
    }
}
