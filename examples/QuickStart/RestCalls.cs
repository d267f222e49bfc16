using BatchOps.Engine;

namespace BatchOps.QuickStart;

/// <summary>Calls a service with a known quota: paced below it, transient failures retried, a bad item failed alone.</summary>
internal static class RestCalls
{
    private const int Items = 200;

    public static async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        using var server = FlakyServer.Start();
        using var http = new HttpClient { BaseAddress = server.Address };
        var run = new BatchRun<int, int>(new BatchOptions
        {
            ThrottleLimit = 16,
            TotalCount = Items,
            Retry = new RetryOptions { Count = 3, Delay = TimeSpan.FromMilliseconds(100) },
            ThrottleOptions = new ThrottleOptions { Rate = RateLimit.Parse("100/s") with { Burst = 8 }, BreakAfter = 10 },
        });
        TaskExecutor<int, int>.Attach(run, async lease =>
        {
            using var response = await http.GetAsync($"{lease.Input}", lease.CancellationToken);
            response.EnsureSuccessStatusCode();
            return (int)response.StatusCode;
        });
        var summary = await ProgressLine.ShowAsync($"{Items} REST calls, 16 at once, 80 % of a quota of 100/s, 503s retried, two items that do not exist:", run, Enumerable.Range(0, Items), traits: null, cancellationToken);
        return summary is { Succeeded: Items - 2, Failed: 2 };
    }
}
