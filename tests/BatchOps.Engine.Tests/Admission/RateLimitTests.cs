using System.Globalization;

namespace BatchOps.Engine.Tests.Admission;

public sealed class RateLimitTests
{
    [Theory]
    [InlineData("600/min", 600, 60)]
    [InlineData("10/s", 10, 1)]
    [InlineData("10/sec", 10, 1)]
    [InlineData("10/seconds", 10, 1)]
    [InlineData("5000/hour", 5000, 3600)]
    [InlineData("5000/h", 5000, 3600)]
    [InlineData("1/day", 1, 86400)]
    [InlineData("100/10s", 100, 10)]
    [InlineData("100/1.5min", 100, 90)]
    [InlineData("0.5/s", 0.5, 1)]
    [InlineData("  600 / 2 MIN ", 600, 120)]
    public void Parse_ReadsUnitsAndWindow(string text, double permits, double seconds)
    {
        var rate = RateLimit.Parse(text);

        Assert.Equal((permits, seconds), (rate.Permits, rate.Window.TotalSeconds));
        Assert.Equal((0.8, 1, permits * 0.8), (rate.Share, rate.Burst, rate.Used));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("600")]
    [InlineData("600 per fortnight")]
    [InlineData("600/fortnight")]
    [InlineData("/s")]
    [InlineData("10/")]
    [InlineData("0/s")]
    [InlineData("-1/s")]
    [InlineData("10/0s")]
    [InlineData("1e3/s")]
    [InlineData("10,5/s")]
    [InlineData("10/s/s")]
    [InlineData("x10/s")]
    [InlineData("1/1000d")]
    [InlineData("٣/s")]
    public void Parse_AnythingElse_SaysWhatIsAllowed(string? text)
    {
        Assert.False(RateLimit.TryParse(text, out var rate));
        Assert.Null(rate);
        var error = Assert.Throws<FormatException>(() => RateLimit.Parse(text!));
        Assert.Contains($"'{text}' is not a rate limit", error.Message, StringComparison.Ordinal);
        Assert.Contains("'600/min'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_MoreDigitsThanANumberHolds_IsRefused() => Assert.False(RateLimit.TryParse(new string('9', 400) + "/s", out _));

    [Fact]
    public void Parse_DoesNotDependOnTheCulture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(0.5, RateLimit.Parse("0.5/s").Permits);
            Assert.Equal("0.5/1s", RateLimit.Parse("0.5/s").ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void ToString_CanBeParsedAgain() => Assert.Equal(RateLimit.Parse("600/min"), RateLimit.Parse(RateLimit.Parse("600/min").ToString()));
}
