namespace BatchOps.Engine.Tests.Admission.Adaptive;

public sealed class DeliveredRateTests
{
    private readonly DeliveredRate _rate = new();

    [Theory]
    [InlineData(0.1)]
    [InlineData(10)]
    public void EvenSuccesses_AreTheirRateFromTheStartOn(double seconds)
    {
        Deliver(0, seconds, perSecond: 50);

        Assert.InRange(_rate.PerSecond, 45, 60);
    }

    [Fact]
    public void Drop_IsForgottenWithinAFewMemories()
    {
        Deliver(0, 10, perSecond: 50);
        Deliver(10, 12, perSecond: 20);

        Assert.InRange(_rate.PerSecond, 19, 22);
    }

    [Fact]
    public void Silence_Fades()
    {
        Deliver(0, 10, perSecond: 50);

        Assert.InRange(_rate.Advance(15, 0.5), 0, 0.1);
    }

    [Fact]
    public void ChangedMemory_DoesNotChangeTheRate()
    {
        Deliver(0, 10, perSecond: 50);
        _rate.Add(10.02, 4);

        Assert.InRange(_rate.PerSecond, 47, 53);
    }

    private void Deliver(double from, double to, double perSecond)
    {
        for (var i = 0; from + (i / perSecond) < to; i++)
        {
            _rate.Add(from + (i / perSecond), 0.5);
        }
    }
}
