using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Journal;

namespace BatchOps.PowerShell.Export;

/// <summary>The results of a run: the outputs of the items that succeeded, in input order.</summary>
internal sealed class RunResults(JournalReader reader, JournaledRun run, Func<IEnumerable<JournaledItem>, IEnumerable<JournaledItem>> watch)
{
    private static readonly string[] Succeeded = [nameof(ItemStatus.Succeeded)];

    /// <summary>Items whose results were read last.</summary>
    public long Items { get; private set; }

    /// <summary>Of those that succeeded, items of which nothing was kept.</summary>
    public long NotKept { get; private set; }

    /// <summary>Reads them, from the first.</summary>
    public IEnumerable<(JournaledItem Item, IReadOnlyList<PSObject?> Outputs)> Read()
    {
        Items = NotKept = 0;
        foreach (var item in watch(reader.Items(run, Succeeded)))
        {
            if (item.Output is { } stored)
            {
                Items++;
                yield return (item, StoredResult.Outputs(stored.Text));
            }
            else
            {
                NotKept++;
            }
        }
    }

    /// <summary>Reads them without the items that they belong to.</summary>
    public IEnumerable<object?> ReadOutputs() => Read().SelectMany(static result => result.Outputs);
}
