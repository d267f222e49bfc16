using BatchOps.Broker;

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
}
