namespace BatchOps.Distributed;

/// <summary>One attempt at one item, on its way to a worker: all that the worker needs, signed as a whole.</summary>
public sealed record WorkMessage : IMessage
{
    /// <inheritdoc/>
    public static string Kind => "work";

    /// <inheritdoc/>
    public int Version { get; init; } = Message.FormatVersion;

    /// <inheritdoc/>
    public required string Batch { get; init; }

    /// <summary>The run that submitted it.</summary>
    public required Guid Run { get; init; }

    /// <summary>The item's place in that run's input, from 0.</summary>
    public required long Index { get; init; }

    /// <summary>Batch, key and occurrence as a hash: the item's name over attempts, resumes and machines.</summary>
    public required string Identity { get; init; }

    /// <summary>The item's key; null when no option needed one.</summary>
    public string? Key { get; init; }

    /// <summary>Items of one value never run at the same time; null for no such bond.</summary>
    public string? SerializeBy { get; init; }

    /// <summary>The number of the attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The number of the submission, from 1: a result of a lower one than the last that was started is refused.</summary>
    public required long Epoch { get; init; }

    /// <summary>How often the item was started and not ended, as far as the submitter knew.</summary>
    public int Starts { get; init; }

    /// <summary>What is done to it.</summary>
    public required OperationMessage Operation { get; init; }

    /// <summary>The item, as JSON.</summary>
    public required string Input { get; init; }

    /// <summary>The limit below which it may start; null for none.</summary>
    public RateMessage? Rate { get; init; }

    /// <summary>Longest time for the attempt, in seconds from its start.</summary>
    public required double AttemptSeconds { get; init; }

    /// <summary>When it was submitted (UTC).</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>From when on no worker may start it (UTC).</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Random, so that no two messages are equal.</summary>
    public required string Nonce { get; init; }

    /// <summary>The queue that its start and its result go to.</summary>
    public required string ReplyTo { get; init; }

    /// <summary>The W3C trace context of the item's span; null when nobody listens.</summary>
    public string? TraceParent { get; init; }
}
