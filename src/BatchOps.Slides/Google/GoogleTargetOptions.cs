namespace BatchOps.Slides.Google;

/// <summary>How presentations are written.</summary>
public sealed record GoogleTargetOptions
{
    /// <summary>Whether a deck with tokens left in it is kept.</summary>
    /// <value>Default false: it fails; a copy is deleted, a presentation that is filled in place is not touched when that is known before.</value>
    public bool AllowUnresolved { get; init; }

    /// <summary>How the changes of a deck are sent.</summary>
    /// <value>Default all in one batch.</value>
    public SlideBatching Batching { get; init; }

    /// <summary>How many slides share a batch, when they are sent slide by slide.</summary>
    /// <value>1 to 1000; default 1.</value>
    public int MaxConcurrentSlides { get; init; } = 1;

    /// <summary>Most requests in a batch, when slides are sent one by one; changes that belong together stay so.</summary>
    /// <value>1 to 10,000; default 100.</value>
    public int SlidesBatchSize { get; init; } = 100;

    /// <summary>Pause between the batches of a deck.</summary>
    /// <value>0 to an hour; default none.</value>
    public TimeSpan SlideDelay { get; init; }

    /// <summary>Slides of a filled deck, repeats included.</summary>
    /// <value>1 or more; default 5,000.</value>
    public int SlideLimit { get; init; } = 5_000;

    internal void Validate()
    {
        if (MaxConcurrentSlides is < 1 or > 1000)
        {
            throw new ArgumentException($"The number of slides in a batch is {MaxConcurrentSlides}; it must lie between 1 and 1000.");
        }

        if (SlidesBatchSize is < 1 or > 10_000)
        {
            throw new ArgumentException($"The number of requests in a batch is {SlidesBatchSize}; it must lie between 1 and 10000.");
        }

        if (SlideDelay < TimeSpan.Zero || SlideDelay > TimeSpan.FromHours(1))
        {
            throw new ArgumentException($"The pause between batches is {SlideDelay.TotalSeconds} s; it must be 0 to 3600.");
        }

        if (SlideLimit < 1)
        {
            throw new ArgumentException($"The slide limit is {SlideLimit}; it must be 1 or more.");
        }
    }
}
