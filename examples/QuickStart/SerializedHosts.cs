using System.Collections.Concurrent;
using BatchOps.Engine;

namespace BatchOps.QuickStart;

/// <summary>Many jobs on few hosts: as many hosts as possible at once, never two jobs on one.</summary>
internal static class SerializedHosts
{
    private const int Items = 120;
    private const int Hosts = 8;

    public static async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var busy = new ConcurrentDictionary<string, int>();
        var collisions = 0;
        var run = new BatchRun<(string Host, int Job), bool>(new BatchOptions { ThrottleLimit = 20, TotalCount = Items });
        TaskExecutor<(string Host, int Job), bool>.Attach(run, async lease =>
        {
            if (!busy.TryAdd(lease.Input.Host, lease.Input.Job))
            {
                Interlocked.Increment(ref collisions);
            }

            await Task.Delay(20, lease.CancellationToken);
            return busy.TryRemove(lease.Input.Host, out _);
        });
        var jobs = Enumerable.Range(0, Items).Select(static i => (Host: $"host{i % Hosts}", Job: i));
        var summary = await ProgressLine.ShowAsync($"{Items} jobs on {Hosts} hosts, one job a host at a time:", run, jobs, static job => new ItemTraits { SerializeBy = job.Host }, cancellationToken);
        return summary.Succeeded == Items && collisions == 0;
    }
}
