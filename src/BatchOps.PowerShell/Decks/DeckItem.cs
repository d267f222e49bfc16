using System.Management.Automation;
using BatchOps.PowerShell.Operations;
using BatchOps.Slides;

namespace BatchOps.PowerShell.Decks;

/// <summary>A record with the plan of its deck.</summary>
internal class DeckItem(PSObject? record, DeckPlan plan, string place) : IPreparedItem
{
    public PSObject? Item { get; } = record;

    public DeckPlan Plan { get; } = plan;

    /// <summary>Full path of the deck, or the name or id of a presentation.</summary>
    public string Place { get; } = place;

    /// <summary>What people call it.</summary>
    public virtual string Name => Place;

    /// <inheritdoc/>
    public virtual object? SerializeKey => null;
}
