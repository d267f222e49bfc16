using BatchOps.Slides.Google.Presentations;

namespace BatchOps.Slides.Tests.Google.Presentations;

public sealed class PresentationLockTests
{
    [Fact]
    public async Task Lock_OfAPresentation_LetsOneInAtATimeAndIsForgottenByTheLast()
    {
        var id = Guid.NewGuid().ToString();
        var cancellation = TestContext.Current.CancellationToken;

        var first = await PresentationLocks.AcquireAsync(id, cancellation);
        var second = PresentationLocks.AcquireAsync(id, cancellation);
        var other = await PresentationLocks.AcquireAsync(id + "x", cancellation);
        Assert.False(second.IsCompleted);
        first.Dispose();
        first.Dispose();
        (await second).Dispose();
        other.Dispose();

        Assert.False(PresentationLocks.Knows(id));
    }

    [Fact]
    public async Task Lock_ThatIsNotWaitedForAnyMore_IsForgotten()
    {
        var id = Guid.NewGuid().ToString();
        var held = await PresentationLocks.AcquireAsync(id, TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var waiting = PresentationLocks.AcquireAsync(id, stop.Token);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        held.Dispose();

        Assert.False(PresentationLocks.Knows(id));
    }
}
