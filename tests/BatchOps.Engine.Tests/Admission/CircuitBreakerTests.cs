using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission;

public sealed class CircuitBreakerTests
{
    private readonly VirtualTime _time = new();
    private readonly Clock _clock;
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests()
    {
        _clock = new Clock(_time);
        _breaker = new CircuitBreaker(3, TimeSpan.FromSeconds(60), _clock);
    }

    private long Now => _clock.Now;

    private bool IsPassable => _breaker.ReadyAt(Now) <= Now;

    [Fact]
    public void End_ConsecutiveTransientFailures_Open()
    {
        Attempt(OutcomeClass.Transient);
        Attempt(OutcomeClass.Transient);
        Assert.Equal((BreakerState.Closed, 2), (_breaker.State, _breaker.ConsecutiveFailures));
        Attempt(OutcomeClass.Transient);

        Assert.Equal((BreakerState.Open, 1), (_breaker.State, _breaker.Trips));
        Assert.Equal(_clock.After(Now, TimeSpan.FromSeconds(60)), _breaker.ReadyAt(Now));
    }

    [Theory]
    [InlineData(OutcomeClass.Success)]
    [InlineData(OutcomeClass.ItemFault)]
    public void End_SignOfLife_StartsTheCountAnew(OutcomeClass alive)
    {
        Attempt(OutcomeClass.Transient);
        Attempt(OutcomeClass.Transient);
        Attempt(alive);
        Attempt(OutcomeClass.Transient);
        Attempt(OutcomeClass.Transient);

        Assert.Equal((BreakerState.Closed, 2), (_breaker.State, _breaker.ConsecutiveFailures));
    }

    [Theory]
    [InlineData(OutcomeClass.Throttled)]
    [InlineData(OutcomeClass.Canceled)]
    public void End_NeutralOutcome_NeitherCountsNorResets(OutcomeClass neutral)
    {
        Attempt(OutcomeClass.Transient);
        Attempt(OutcomeClass.Transient);
        Attempt(neutral);
        Assert.Equal((BreakerState.Closed, 2), (_breaker.State, _breaker.ConsecutiveFailures));
        Attempt(OutcomeClass.Transient);

        Assert.Equal(BreakerState.Open, _breaker.State);
    }

    [Fact]
    public void ReadyAt_AfterTheBreak_LetsOneProbeThrough()
    {
        Open();
        _time.Run(59.999);
        Assert.False(IsPassable);
        _time.Run(0.001);
        Assert.True(IsPassable);
        Assert.Equal(BreakerState.HalfOpen, _breaker.State);
        _breaker.Start();

        Assert.Equal(Clock.Never, _breaker.ReadyAt(Now));
    }

    [Theory]
    [InlineData(OutcomeClass.Success)]
    [InlineData(OutcomeClass.ItemFault)]
    public void Probe_SignOfLife_Closes(OutcomeClass alive)
    {
        HalfOpen();

        Assert.True(Attempt(alive));
        Assert.Equal((BreakerState.Closed, 0), (_breaker.State, _breaker.ConsecutiveFailures));
        Assert.True(IsPassable);
    }

    [Fact]
    public void Probe_TransientFailure_OpensForAnotherBreak()
    {
        HalfOpen();

        Assert.False(Attempt(OutcomeClass.Transient));
        Assert.Equal((BreakerState.Open, 2), (_breaker.State, _breaker.Trips));
        _time.Run(59);
        Assert.False(IsPassable);
        _time.Run(1);
        Assert.True(IsPassable);
    }

    [Theory]
    [InlineData(OutcomeClass.Throttled)]
    [InlineData(OutcomeClass.Canceled)]
    public void Probe_NeutralOutcome_PassesTheProbeOn(OutcomeClass neutral)
    {
        HalfOpen();

        Assert.False(Attempt(neutral));
        Assert.Equal(BreakerState.HalfOpen, _breaker.State);
        Assert.True(IsPassable);
        _breaker.Start();
        Assert.False(IsPassable);
    }

    [Fact]
    public void End_AttemptFromBeforeTheBreak_SaysNothing()
    {
        var epoch = _breaker.Epoch;
        Open();
        Assert.False(_breaker.End(OutcomeClass.Success, epoch, Now));
        Assert.Equal(BreakerState.Open, _breaker.State);

        _time.Run(60);
        Assert.True(IsPassable);
        _breaker.Start();
        Assert.False(_breaker.End(OutcomeClass.Success, epoch, Now));
        Assert.False(_breaker.End(OutcomeClass.Canceled, epoch, Now));
        Assert.Equal(BreakerState.HalfOpen, _breaker.State);
        Assert.False(IsPassable);
        Assert.True(_breaker.End(OutcomeClass.Success, _breaker.Epoch, Now));

        for (var i = 0; i < 5; i++)
        {
            _breaker.End(OutcomeClass.Transient, epoch, Now);
        }

        Assert.Equal((BreakerState.Closed, 0, 1), (_breaker.State, _breaker.ConsecutiveFailures, _breaker.Trips));
    }

    private bool Attempt(OutcomeClass outcome)
    {
        Assert.True(IsPassable);
        _breaker.Start();
        return _breaker.End(outcome, _breaker.Epoch, Now);
    }

    private void Open()
    {
        for (var i = 0; i < 3; i++)
        {
            Attempt(OutcomeClass.Transient);
        }
    }

    private void HalfOpen()
    {
        Open();
        _time.Run(60);
        Assert.True(IsPassable);
    }
}
