using RabbitMQ.Client;

namespace BatchOps.Distributed;

/// <summary>A message from the results queue. Body and properties are there while it is being handled.</summary>
/// <param name="Session">The connection that it came over: only that may acknowledge it.</param>
/// <param name="Tag">Its number there.</param>
/// <param name="Body">What it says.</param>
/// <param name="Properties">What is said of it.</param>
internal readonly record struct Delivery(SubmitterSession Session, ulong Tag, ReadOnlyMemory<byte> Body, IReadOnlyBasicProperties Properties)
{
    /// <summary>The broker may forget the message.</summary>
    public void Acknowledge() => Session.Acknowledge(Tag);
}
