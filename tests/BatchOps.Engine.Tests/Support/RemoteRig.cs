namespace BatchOps.Engine.Tests.Support;

/// <summary>A run whose leases the test takes itself, as an executor with workers elsewhere does.</summary>
internal sealed class RemoteRig : IDisposable
{
    public RemoteRig(BatchOptions options)
    {
        Run = new BatchRun<int, string>(options);
        Run.Attach(static () => { });
    }

    public BatchRun<int, string> Run { get; }

    public void Post(params ReadOnlySpan<int> items)
    {
        foreach (var item in items)
        {
            Assert.True(Run.TryPost(item, new ItemTraits { Key = item }));
        }
    }

    /// <summary>The next lease.</summary>
    public async Task<HandedOut> TakeAsync()
    {
        var taker = Run.OpenTaker();
        var lease = await taker.TakeAsync().Within();
        return new HandedOut(lease ?? throw new InvalidOperationException("The run has ended."), taker);
    }

    public async Task<ItemResult<int, string>> ResultAsync()
    {
        ItemResult<int, string>? result;
        while (!Run.TryTakeResult(out result))
        {
            Assert.True(await Run.WaitForResultAsync().Within());
        }

        return result;
    }

    public void Dispose() => Run.Cancel();

    /// <summary>A lease and who took it.</summary>
    internal sealed record HandedOut(Lease<int, string> Lease, LeaseTaker<int, string> Taker)
    {
        public void Succeed(string output = "done") => End(AttemptOutcome<string>.Succeeded(output));

        public void Fail(Exception error) => End(AttemptOutcome<string>.Failed(error));

        private void End(AttemptOutcome<string> outcome)
        {
            Taker.Complete(Lease, outcome);
            Taker.Dispose();
        }
    }
}
