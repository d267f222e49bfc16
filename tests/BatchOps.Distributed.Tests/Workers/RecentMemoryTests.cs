namespace BatchOps.Distributed.Workers;

public sealed class RecentMemoryTests
{
    [Fact]
    public void Set_MoreThanItHolds_ForgetsWhatWasNotUsedForLongest()
    {
        var memory = new RecentMemory<string, int>(2);
        memory.Set("a", static n => n + 1);
        memory.Set("b", static n => n + 1);
        memory.Set("a", static n => n + 1);

        memory.Set("c", static n => n + 1);

        Assert.True(memory.TryGet("a", out var times));
        Assert.Equal(2, times);
        Assert.False(memory.Contains("b"));
        Assert.True(memory.Contains("c"));
    }
}
