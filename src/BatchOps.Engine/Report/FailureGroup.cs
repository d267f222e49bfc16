namespace BatchOps.Engine;

/// <summary>Failures of one kind.</summary>
/// <param name="example">The first of them.</param>
internal sealed class FailureGroup(JournaledItem example)
{
    public JournaledItem Example { get; } = example;

    public long Count { get; private set; } = 1;

    /// <summary>Whether the messages differ in their numbers.</summary>
    public bool Differ { get; private set; }

    public void Add(JournaledItem item)
    {
        Count++;
        Differ |= item.Error != Example.Error;
    }
}
