namespace BatchOps.Pdf.Tests;

public sealed class PagePaceTests
{
    [Fact]
    public void Pages_NothingMeasured_OnePageFirst() => Assert.Equal(1, Pace(moment: 5).Pages(50));

    [Theory]
    [InlineData(0.01, 50, 4)]
    [InlineData(0.3, 50, 3)]
    [InlineData(1.2, 50, 1)]
    public void Pages_OnlyOtherFilesMeasured_FirstPagesComeWithinASecond(double seconds, int share, int expected)
    {
        var all = Pace(moment: 5);
        all.Measured(TimeSpan.FromSeconds(seconds + 0.03), 1, TimeSpan.Zero);

        Assert.Equal(expected, new PagePace(TimeSpan.FromSeconds(5), all).Pages(share));
    }

    [Theory]
    [InlineData(1, 0.1, 50, 10)]
    [InlineData(5, 1.2, 50, 4)]
    [InlineData(5, 1.2, 3, 3)]
    [InlineData(5, 8, 50, 1)]
    [InlineData(1, 0.001, 500, 64)]
    public void Pages_OfAFile_AsManyAsTakeTheMomentButNoMoreThanTheShare(double moment, double seconds, int share, int expected)
    {
        var pace = Pace(moment);
        pace.Measured(TimeSpan.FromSeconds(seconds + 0.015), 2, TimeSpan.Zero);
        pace.Measured(TimeSpan.Zero, 2, TimeSpan.FromSeconds(seconds));

        Assert.Equal(expected, pace.Pages(share));
    }

    private static PagePace Pace(double moment) => new(TimeSpan.FromSeconds(moment));
}
