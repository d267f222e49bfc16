using BatchOps.Distributed.Support;

namespace BatchOps.Distributed;

public sealed class BrokerConnectionTests(SharedBroker shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAsync_WrongPassword_IsRefusedWithoutShowingIt()
    {
        var broker = await shared.StartedAsync();
        var options = broker.Options() with { Password = "not the password" };

        var error = await Assert.ThrowsAsync<BrokerException>(() => BrokerConnection.OpenAsync(options, Cancellation));

        Assert.Equal(BrokerFault.AccessRefused, error.Fault);
        Assert.Contains("'batchops'", error.Message, StringComparison.Ordinal);
        Assert.Contains(broker.Address.ToString(), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not the password", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_NoSuchVirtualHost_SaysWhichAndHowToAddIt()
    {
        var broker = await shared.StartedAsync();
        var options = broker.Options() with { Address = new Uri(broker.Address, "none") };

        var error = await Assert.ThrowsAsync<BrokerException>(() => BrokerConnection.OpenAsync(options, Cancellation));

        Assert.Equal(BrokerFault.AccessRefused, error.Fault);
        Assert.Contains("'none'", error.Message, StringComparison.Ordinal);
        Assert.Contains("add_vhost", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_NobodyListens_IsUnreachable()
    {
        var options = new BrokerOptions { Address = new Uri("amqp://127.0.0.1:1/"), UserName = "u", Password = "secret" };

        var error = await Assert.ThrowsAsync<BrokerException>(() => BrokerConnection.OpenAsync(options, Cancellation));

        Assert.Equal(BrokerFault.Unreachable, error.Fault);
        Assert.True(error.IsTransient);
        Assert.Contains("amqp://127.0.0.1:1/", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_TlsToAPlainPort_IsUntrusted()
    {
        var broker = await shared.StartedAsync();
        var options = broker.Options() with { Address = new UriBuilder(broker.Address) { Scheme = "amqps" }.Uri };

        var error = await Assert.ThrowsAsync<BrokerException>(() => BrokerConnection.OpenAsync(options, Cancellation));

        Assert.Equal(BrokerFault.Untrusted, error.Fault);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task OpenAsync_CertificateThatTheMachineDoesNotKnow_SaysWhatIsWrongWithIt()
    {
        var broker = await shared.StartedAsync();

        var error = await Assert.ThrowsAsync<BrokerException>(() => BrokerConnection.OpenAsync(broker.Options() with { Address = broker.TlsAddress }, Cancellation));

        Assert.Equal(BrokerFault.Untrusted, error.Fault);
        // The words are those of the machine's TLS library.
        Assert.Matches(@"trusts \(\w.*\): let it show", error.Message);
        Assert.DoesNotContain("RemoteCertificateValidationCallback", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("its certificate is not for", error.Message, StringComparison.Ordinal);
        Assert.Contains("a certificate for 'localhost' from an authority that this machine knows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_CertificateOfAnotherName_SaysSo()
    {
        var broker = await shared.StartedAsync();
        var options = broker.Options() with { Address = new UriBuilder(broker.TlsAddress) { Host = "127.0.0.1" }.Uri };

        var error = await Assert.ThrowsAsync<BrokerException>(() => BrokerConnection.OpenAsync(options, Cancellation));

        Assert.Equal(BrokerFault.Untrusted, error.Fault);
        Assert.Contains("its certificate is not for '127.0.0.1'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReconnectAsync_AccessRefused_EndsAtOnce()
    {
        var broker = await shared.StartedAsync();

        var error = await Assert.ThrowsAsync<BrokerException>(() => BrokerConnection.ReconnectAsync(
            broker.Options() with { Password = "wrong" }, TimeProvider.System, static e => Assert.Fail(e.Message), Cancellation));

        Assert.Equal(BrokerFault.AccessRefused, error.Fault);
    }

    [Fact]
    public async Task ReconnectAsync_Unreachable_WaitsTwiceAsLongEachTimeUpToTenSeconds()
    {
        double[] longest = [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10];
        var options = new BrokerOptions { Address = new Uri("amqp://127.0.0.1:1/"), UserName = "u", Password = "p" };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var time = new HastyTime(delays => { if (delays == longest.Length) { stop.Cancel(); } });
        var failures = new List<BrokerException>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BrokerConnection.ReconnectAsync(options, time, failures.Add, stop.Token));

        Assert.Equal(longest.Length, failures.Count);
        Assert.All(longest.Zip(time.Delays), static pair => Assert.InRange(pair.Second.TotalSeconds, pair.First / 2, pair.First));
    }

    /// <summary>Time of which each delay is over at once.</summary>
    private sealed class HastyTime(Action<int> onDelay) : TimeProvider
    {
        public List<TimeSpan> Delays { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Delays.Add(dueTime);
            onDelay(Delays.Count);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
