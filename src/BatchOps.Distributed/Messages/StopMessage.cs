namespace BatchOps.Distributed;

/// <summary>The submitter takes back work: workers end it where it runs and don't start it where it waits.</summary>
public sealed record StopMessage : IMessage
{
    /// <inheritdoc/>
    public static string Kind => "stop";

    /// <inheritdoc/>
    public int Version { get; init; } = Message.FormatVersion;

    /// <inheritdoc/>
    public required string Batch { get; init; }

    /// <summary>The run that it is about.</summary>
    public required Guid Run { get; init; }

    /// <summary>The one item that it is about; null for the whole run.</summary>
    public string? Identity { get; init; }

    /// <summary>The last submission of that item that it is about; 0 for all.</summary>
    public long Epoch { get; init; }

    /// <summary>When it was sent (UTC).</summary>
    public required DateTimeOffset Issued { get; init; }
}
