using BatchOps.Broker;
using BatchOps.Distributed.Workers;
using RabbitMQ.Client;

namespace BatchOps.Distributed.Support;

internal static class BrokerExtensions
{
    /// <summary>How to reach a broker on this machine; a process that died is noticed at once, and a busy one is not taken for dead.</summary>
    public static BrokerOptions Options(this LocalBroker broker) => new()
    {
        Address = broker.Address,
        UserName = broker.UserName,
        Password = broker.Password,
        Heartbeat = TimeSpan.FromSeconds(30),
        ClientName = "test",
    };

    /// <summary>Waits until so many messages are in a queue that nobody holds. A broker tells of no change in a queue, so it is asked.</summary>
    public static Task ExpectCountAsync(this IChannel channel, string queue, uint count) =>
        Guarded.UntilAsync(async () => await channel.MessageCountAsync(queue, TestContext.Current.CancellationToken) == count);
}
