using System.Collections.Concurrent;
using System.Diagnostics;
using BatchOps.Distributed.Support;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Distributed.Workers;

public sealed class RateTests(SharedBroker shared)
{
    private static readonly RateMessage FiftyASecond = new() { Scope = "throttle", Permits = 50, WindowSeconds = 1, Burst = 1, Cost = 1 };

    [Fact]
    public async Task TwoWorkers_OneLimit_NeverMoreInAnySecond_AlsoWhenTheElectedOneIsGone()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var starts = new ConcurrentQueue<long>();
        var handler = new FunctionHandler((_, _) =>
        {
            starts.Enqueue(Stopwatch.GetTimestamp());
            return Task.CompletedTask;
        });
        RunningWorker[] workers =
        [
            await rig.StartWorkerAsync(handler, static o => o with { ThrottleLimit = 20 }),
            await rig.StartWorkerAsync(handler, static o => o with { ThrottleLimit = 20 }),
        ];
        for (var i = 0; i < 250; i++)
        {
            await rig.SendAsync(rig.NewWork() with { Rate = FiftyASecond });
        }

        await rig.ResultsAsync(120);
        var present = await RollCall.AskAsync(rig.Connection, rig.Signer, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken, expected: 2);
        var elected = Assert.Single(present, static p => p.SharesRates);
        await rig.CloseConnectionAsync(workers.Single(w => w.Worker.Name == elected.Worker));
        await rig.ResultsAsync(130);

        var at = starts.Order().ToList();
        Assert.Equal(250, at.Count);
        for (var i = 0; i < at.Count; i++)
        {
            var inWindow = at.Skip(i).TakeWhile(t => Stopwatch.GetElapsedTime(at[i], t) < TimeSpan.FromSeconds(1)).Count();
            Assert.InRange(inWindow, 1, 50);
        }

        Assert.All(workers, static w => Assert.InRange(w.Worker.Succeeded, 1, 249));
    }

    [Fact]
    public async Task RateBound_BesideOthers_DoesNotHoldThemUp()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        var worker = await rig.StartWorkerAsync(handler, static o => o with { ThrottleLimit = 3 });
        await rig.SendAsync(rig.NewWork() with { Rate = FiftyASecond with { WindowSeconds = 3600 } });
        await rig.SendAsync(rig.NewWork() with { Rate = FiftyASecond with { WindowSeconds = 3600 } });
        await rig.SendAsync(rig.NewWork());

        GatedAttempt[] started = [await handler.NextAsync(), await handler.NextAsync()];
        Assert.Single(started, static a => a.Item.Message.Rate is null);
        Assert.Equal(1, worker.Worker.Items.Count(static item => item.Seconds is null));
    }

    [Fact]
    public void Granter_NewlyElected_WaitsUntilSharesOfTheOneBeforeAreOver()
    {
        var (time, grants, granter) = NewGranter(claimedBefore: true);
        using (granter)
        {
            granter.Hear(Request("a.0"), "to");
            time.Advance(TimeSpan.FromSeconds(1.099));
            Assert.Empty(grants);

            time.Advance(TimeSpan.FromMilliseconds(2));

            var (grant, at) = Assert.Single(grants);
            Assert.Equal("a.0", grant.Nonce);
            Assert.Equal(at, grant.HeldSeconds, 3);
        }
    }

    [Fact]
    public void Granter_NobodyGrantedBefore_GrantsAtOnce()
    {
        var (_, grants, granter) = NewGranter();
        using (granter)
        {
            granter.Hear(Request("a.0"), "to");

            Assert.Single(grants);
        }
    }

    [Fact]
    public async Task Claims_ScopesOfOthers_AreKnownFromTheirClaimsBeforeOnesOwn()
    {
        var written = new List<RateClaimMessage>();
        var claims = new RateClaims(claim =>
        {
            written.Add(claim);
            return Task.CompletedTask;
        });
        var (first, second) = (claims.ClaimAsync("first", "batch"), claims.ClaimAsync("second", "batch"));
        Assert.False(first.IsCompleted);

        claims.Hear(new RateClaimMessage { Batch = "batch", Scope = "first", Claimant = "another" });
        written.ForEach(claims.Hear);

        Assert.True(await first.Within());
        Assert.False(await second.Within());
    }

    [Fact]
    public void Granter_Elected_ByARequestThatWantsNoAnswer()
    {
        var (time, grants, granter) = NewGranter(claimedBefore: true);
        using (granter)
        {
            granter.Hear(Request(""), replyTo: null);
            Assert.True(granter.IsElected);
            time.Advance(TimeSpan.FromSeconds(2));

            granter.Hear(Request("a.0"), "to");

            Assert.Single(grants);
            Assert.Equal(1, granter.Scopes);
        }
    }

    [Fact]
    public void Granter_ManyRequests_FirstComeFirstServed_NeverMoreThanStatedInWindowAndLapse()
    {
        var (time, grants, granter) = NewGranter();
        using (granter)
        {
            for (var i = 0; i < 200; i++)
            {
                granter.Hear(Request($"{i}.0", burst: 20), "to");
            }

            for (var i = 0; i < 7000; i++)
            {
                if (i % 2000 == 0)
                {
                    foreach (var waiting in Enumerable.Range(grants.Count, 200 - grants.Count))
                    {
                        granter.Hear(Request($"{waiting}.{1 + (i / 2000)}", burst: 20), "to");
                    }
                }

                time.Advance(TimeSpan.FromMilliseconds(1));
            }

            Assert.Equal(Enumerable.Range(0, 200), grants.Select(static g => int.Parse(g.Grant.Nonce.AsSpan(0, g.Grant.Nonce.IndexOf('.')))));
            Assert.All(grants, (g, i) => Assert.InRange(grants.Skip(i).TakeWhile(later => later.At - g.At < 1.0999).Count(), 1, 50));
        }
    }

    [Fact]
    public void Granter_NotAskedAgain_IsPassedOver()
    {
        var (time, grants, granter) = NewGranter(claimedBefore: true);
        using (granter)
        {
            granter.Hear(Request("dead.0", window: 10), "to");
            time.Advance(TimeSpan.FromSeconds(5));
            granter.Hear(Request("alive.0", window: 10), "to");
            time.Advance(TimeSpan.FromSeconds(5.5));
            granter.Hear(Request("alive.1", window: 10), "to");

            time.Advance(TimeSpan.FromSeconds(0.5));

            Assert.Equal("alive.1", Assert.Single(grants).Grant.Nonce);
            Assert.Equal(0.5, grants[0].Grant.HeldSeconds, 2);
        }
    }

    [Fact]
    public async Task Shares_AskedTwice_EachAnswerCountsFromItsOwnAsking()
    {
        var time = new FakeTimeProvider();
        var asked = new List<RateRequestMessage>();
        var shares = new RateShares(
            (request, _) =>
            {
                asked.Add(request);
                return Task.CompletedTask;
            },
            time);
        var origin = time.GetTimestamp();

        var share = shares.AcquireAsync(FiftyASecond, "batch", CancellationToken.None);
        time.Advance(RateShares.AskAgain);
        await Task.Run(() => SpinWait.SpinUntil(() => asked.Count == 2, Guarded.Limit), CancellationToken.None);
        shares.Hear(new RateGrantMessage { Batch = "batch", Nonce = "another.0", HeldSeconds = 9 });
        shares.Hear(new RateGrantMessage { Batch = "batch", Nonce = asked[0].Nonce, HeldSeconds = 1 });

        Assert.Equal(1.1, time.GetElapsedTime(origin, await share.Within()).TotalSeconds, 3);
        Assert.NotEqual(asked[0].Nonce, asked[1].Nonce);
    }

    [Theory]
    [InlineData(0.1, 0.05)]
    [InlineData(1, 0.1)]
    [InlineData(60, 1)]
    public void Lapse_OfAWindow_IsATenthWithinBounds(double window, double lapse) =>
        Assert.Equal(lapse, RateLapse.Of(FiftyASecond with { WindowSeconds = window }).TotalSeconds, 6);

    private static (FakeTimeProvider Time, List<(RateGrantMessage Grant, double At)> Grants, RateGranter Granter) NewGranter(bool claimedBefore = false)
    {
        var time = new FakeTimeProvider();
        var origin = time.GetTimestamp();
        var grants = new List<(RateGrantMessage, double)>();
        var granter = new RateGranter(
            (grant, _) =>
            {
                grants.Add((grant, time.GetElapsedTime(origin).TotalSeconds));
                return Task.CompletedTask;
            },
            (_, _) => Task.FromResult(claimedBefore),
            time);
        return (time, grants, granter);
    }

    private static RateRequestMessage Request(string nonce, double window = 1, double burst = 1) =>
        new() { Batch = "batch", Nonce = nonce, Rate = FiftyASecond with { WindowSeconds = window, Burst = burst } };
}
