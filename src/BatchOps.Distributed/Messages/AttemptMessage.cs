namespace BatchOps.Distributed;

/// <summary>Which attempt at which item a worker's message is about.</summary>
public sealed record AttemptMessage
{
    /// <summary>The run that submitted it.</summary>
    public required Guid Run { get; init; }

    /// <summary>The item's place in that run's input, from 0.</summary>
    public required long Index { get; init; }

    /// <inheritdoc cref="WorkMessage.Identity"/>
    public required string Identity { get; init; }

    /// <summary>The number of the attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <inheritdoc cref="WorkMessage.Epoch"/>
    public required long Epoch { get; init; }

    /// <summary>How often the broker had handed out that submission before.</summary>
    public required int Delivery { get; init; }

    /// <summary>The attempt that a message asks for.</summary>
    /// <param name="work">The message.</param>
    /// <param name="delivery">How often the broker had handed it out before.</param>
    public static AttemptMessage Of(WorkMessage work, int delivery) => new()
    {
        Run = work.Run,
        Index = work.Index,
        Identity = work.Identity,
        Attempt = work.Attempt,
        Epoch = work.Epoch,
        Delivery = delivery,
    };
}
