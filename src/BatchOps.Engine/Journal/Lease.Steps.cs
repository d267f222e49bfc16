namespace BatchOps.Engine;

// Named steps of an item, whose results a journal keeps of their own.
public abstract partial class Lease
{
    private HashSet<string>? _steps;

    /// <summary>Whether the results of steps are kept.</summary>
    internal bool KeepsSteps => Entry?.Identity is not null && Run.Journal is { KeepsOutput: true };

    /// <summary>Notes that the attempt runs a step. False when it has run one of that name before.</summary>
    internal bool EnterStep(string name) => (_steps ??= new(StringComparer.Ordinal)).Add(name);

    /// <summary>What an attempt before this one, in this run or in one that is resumed, got from the step; null for nothing.</summary>
    /// <exception cref="JournalException">The journal can't be read.</exception>
    internal StoredValue? FindStep(string name) => KeepsSteps ? Run.Journal!.FindStep(Entry!.Identity!, name) : null;

    /// <summary>Keeps a step's result; returns when it is on the disk.</summary>
    /// <exception cref="JournalException">It could not be written.</exception>
    internal void StoreStep(string name, StoredValue result) => Run.Journal!.StoreStep(Entry!.Identity!, name, result);
}
