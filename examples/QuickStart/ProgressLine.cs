using BatchOps.Engine;

namespace BatchOps.QuickStart;

/// <summary>Shows a run on one line while results stream by, and its figures at the end.</summary>
internal static class ProgressLine
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Reads all results and returns the run's figures.</summary>
    public static async Task<RunSummary> ShowAsync<TInput, TOutput>(string title, BatchRun<TInput, TOutput> run, IEnumerable<TInput> items, Func<TInput, ItemTraits>? traits, CancellationToken cancellationToken)
    {
        Console.WriteLine(title);
        var shown = TimeSpan.Zero;
        await foreach (var _ in Batch.StreamAsync(run, items, traits, cancellationToken))
        {
            if (run.Summary.Duration - shown >= Interval)
            {
                shown = run.Summary.Duration;
                Write(run, final: false);
            }
        }

        Write(run, final: true);
        return run.Summary;
    }

    private static void Write(BatchRun run, bool final)
    {
        var s = run.Summary;
        var total = run.Options.TotalCount ?? s.Read;
        var line = $"  {s.Done}/{total} done, {s.Succeeded} ok, {s.Failed + s.TimedOut} failed, {s.Running} running, {s.Retrying} retrying, {s.ItemsPerSecond:0.0}/s";
        if (final)
        {
            var clear = Console.IsOutputRedirected ? string.Empty : "\r\u001b[K";
            Console.WriteLine($"{clear}  {s.Done} items in {s.Duration.TotalSeconds:0.0} s: {s.Succeeded} ok, {s.Failed + s.TimedOut} failed, {s.Attempts} attempts, {s.RateLimitHits} times 429, peak {s.PeakConcurrency} at once, {s.Speedup:0.0} times one after the other");
        }
        else if (!Console.IsOutputRedirected)
        {
            Console.Write($"\r\u001b[K{line}");
        }
    }
}
