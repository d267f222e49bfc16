using BatchOps.PowerShell.Operations;
using BatchOps.Slides;

namespace BatchOps.PowerShell.Decks;

/// <summary>What the parameters say of all decks, whatever makes them.</summary>
internal sealed class DeckOptions
{
    public required DeckPlannerOptions Planner { get; init; }

    /// <summary>Where relative paths begin: a full path.</summary>
    public required string Folder { get; init; }

    public bool AllowUnresolved { get; init; }

    /// <summary>One object per slide instead of one per deck.</summary>
    public bool PerSlide { get; init; }

    /// <summary>Whether equal records have one deck between them.</summary>
    public bool SharesDecks { get; init; }

    /// <summary>What -RetryWhen says; null without it.</summary>
    public RetryRunspace? RetryWhen { get; init; }
}
