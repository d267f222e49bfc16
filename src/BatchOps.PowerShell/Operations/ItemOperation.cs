using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Operations;

/// <summary>What a cmdlet does to each item, and how: checked and taken from the caller once, before anything starts.</summary>
internal abstract class ItemOperation
{
    /// <summary>Whether items need an identity without a journal asking for it.</summary>
    public virtual bool AsksForIdentity => false;

    /// <summary>Whether its attempts take place on other machines.</summary>
    public virtual bool IsRemote => false;

    /// <summary>Limits that it takes by name for each call that it makes inside an attempt.</summary>
    public virtual IReadOnlyDictionary<string, RateLimit> CallRates { get; } = new Dictionary<string, RateLimit>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where items at work stand.</summary>
    public ItemProgress Progress { get; } = new();

    /// <summary>What it does, as a hash: two runs with equal hashes may use each other's results.</summary>
    public abstract string Hash();

    /// <summary>Gives a run its workers.</summary>
    public abstract BatchExecutor Attach(ItemRun run);

    /// <summary>Makes an item ready, on the pipeline's thread, where its properties may be read.</summary>
    /// <param name="item">The item as it came.</param>
    /// <param name="key">Its key; null when no parameter needed one.</param>
    /// <returns>What is posted: the item itself, or an <see cref="IPreparedItem"/>.</returns>
    /// <exception cref="IOException">It can't be done; the message says why. The item fails, others go on.</exception>
    public virtual object? Prepare(PSObject? item, object? key) => item;

    /// <summary>What the pipeline gets for an item that has ended.</summary>
    public virtual IReadOnlyList<PSObject> OutputOf(EngineResult result) => result.Status == ItemStatus.Succeeded ? result.Output!.Objects : [];

    /// <summary>Whether output is made of several items, so that those which -SkipCompleted leaves out are needed as well.</summary>
    public virtual bool PutsItemsTogether => false;

    /// <summary>What the pipeline gets when an item has been left out by -SkipCompleted: not its own output.</summary>
    public virtual IReadOnlyList<PSObject> OutputOfSkipped(EngineResult result) => [];

    /// <summary>Tidies up when the run has ended, whichever way; a second time does nothing.</summary>
    /// <param name="patience">How long that may take.</param>
    /// <returns>What the caller should know of it; null for nothing.</returns>
    public virtual string? End(TimeSpan patience) => null;
}
