using BatchOps.Distributed.Support;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Distributed.Workers;

public sealed class ReadAheadTests(SharedBroker shared)
{
    [Theory]
    [InlineData(25, 0.1, 25)]
    [InlineData(25, 1.0, 2)]
    [InlineData(25, 10.0, 0)]
    [InlineData(2, 60.0, 0)]
    [InlineData(2, 0.001, 32)]
    [InlineData(100, 0.001, 100)]
    public void Count_ItemsOfALength_IsAsManyAsFindAPlaceWithinTheWait(int places, double seconds, int expected)
    {
        var pace = new ReadAheadPace(places);
        Assert.Equal(0, pace.Count);

        Repeat(places, () => pace.Note(TimeSpan.FromSeconds(seconds)));

        Assert.Equal(expected, pace.Count);
    }

    [Fact]
    public void Count_ItemsBecomeLong_IsSoonNone()
    {
        var pace = new ReadAheadPace(4);
        Repeat(1000, () => pace.Note(TimeSpan.FromMilliseconds(1)));

        Repeat(1, () => pace.Note(TimeSpan.FromSeconds(60)));

        Assert.Equal(0, pace.Count);
    }

    [Fact]
    public void Count_OneFoundNoPlace_IsNoneUntilManyWereShortAgain()
    {
        var pace = new ReadAheadPace(4);
        Repeat(1000, () => pace.Note(TimeSpan.FromMilliseconds(1)));

        pace.NoteNoPlace();

        Assert.Equal(0, pace.Count);
        Repeat(1, () => pace.Note(TimeSpan.FromMilliseconds(1)));
        Assert.Equal(0, pace.Count);
        Repeat(100, () => pace.Note(TimeSpan.FromMilliseconds(1)));
        Assert.Equal(32, pace.Count);
    }

    [Fact]
    public async Task Worker_ItemsWereShort_TakesMoreThanItHasPlacesAndGivesThemBackWhenTheyBecomeLong()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler, o => o with { Time = time });
        for (var i = 0; i < 8; i++)
        {
            await rig.SendAsync(rig.NewWork());
            (await handler.NextAsync()).Succeed();
        }

        await rig.ResultsAsync(8);
        await Guarded.UntilAsync(async () => (await rig.CallRollAsync(expected: 1))[0].ReadAhead == 32);
        for (var i = 0; i < 5; i++)
        {
            await rig.SendAsync(rig.NewWork());
        }

        var atWork = new[] { await handler.NextAsync(), await handler.NextAsync() };
        await rig.ExpectCountAsync(Topology.Work, 0);
        await Guarded.UntilAsync(async () => (await rig.CallRollAsync(expected: 1))[0].Items.Count == 5);

        // Those that wait have waited enough; the two at work go on.
        time.Advance(ReadAheadPace.LongestWait);
        await rig.ExpectCountAsync(Topology.Work, 3);

        Array.ForEach(atWork, static attempt => attempt.Succeed());
        for (var i = 0; i < 3; i++)
        {
            (await handler.NextAsync()).Succeed();
        }

        Assert.Equal(5, (await rig.ResultsAsync(5)).Count);
        Assert.Equal(2, handler.Peak);
    }

    [Fact]
    public async Task Worker_IsToldHowManyToTakeAhead_TakesThatMany()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler, static o => o with { ReadAhead = 0 });
        for (var i = 0; i < 8; i++)
        {
            await rig.SendAsync(rig.NewWork());
            (await handler.NextAsync()).Succeed();
        }

        await rig.ResultsAsync(8);
        Assert.Equal(0, (await rig.CallRollAsync(expected: 1))[0].ReadAhead);
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }
}
