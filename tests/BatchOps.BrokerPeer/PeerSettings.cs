using BatchOps.Distributed;

namespace BatchOps.BrokerPeer;

/// <summary>What a peer is told, as one line of JSON on its standard input.</summary>
public sealed record PeerSettings
{
    public required Uri Address { get; init; }

    public required string UserName { get; init; }

    public required string Password { get; init; }

    public required string SigningKey { get; init; }

    public double HeartbeatSeconds { get; init; } = 10;

    /// <summary>Most items at once.</summary>
    public required int ThrottleLimit { get; init; }

    /// <summary>For a worker: items that it takes ahead; null for as many as it finds worth while.</summary>
    public int? ReadAhead { get; init; }

    /// <summary>The folder in which a worker notes each start and end; null for none.</summary>
    public string? Log { get; init; }

    /// <summary>Whether a worker writes a line to its output when an item starts.</summary>
    public bool Tells { get; init; }

    /// <summary>Whether a worker writes a line when it is connected.</summary>
    public bool TellsConnected { get; init; }

    /// <summary>Whether a worker dies between the broker's confirmation of its first result and its acknowledgement of the item.</summary>
    public bool DiesAfterResult { get; init; }

    /// <summary>For a submitter: its journal.</summary>
    public string? Journal { get; init; }

    /// <summary>For a submitter: how many items it submits.</summary>
    public int Items { get; init; }

    /// <summary>For a submitter: how long each takes, in milliseconds.</summary>
    public int Milliseconds { get; init; }

    public BrokerOptions Broker => new()
    {
        Address = Address,
        UserName = UserName,
        Password = Password,
        Heartbeat = TimeSpan.FromSeconds(HeartbeatSeconds),
    };

    public MessageSigner Signer => new(SigningKey);
}
