using BatchOps.Broker;

namespace BatchOps.Distributed.Support;

internal static class BrokerExtensions
{
    /// <summary>How to reach a broker on this machine; a broken connection is noticed after a second or two.</summary>
    public static BrokerOptions Options(this LocalBroker broker) => new()
    {
        Address = broker.Address,
        UserName = broker.UserName,
        Password = broker.Password,
        Heartbeat = TimeSpan.FromSeconds(1),
        ClientName = "test",
    };
}
