using System.Collections.Concurrent;
using System.Management.Automation;

namespace BatchOps.PowerShell.Workers;

/// <summary>The last progress record of each item at work.</summary>
/// <remarks>
/// Records of several workers have the same ids and come thousands a second; the run's own bar for the item shows the
/// last one each time it is drawn, so that none has to be renumbered or held back.
/// </remarks>
internal sealed class ItemProgress
{
    private readonly ConcurrentDictionary<long, ProgressRecord> _last = new();

    public void Note(long index, ProgressRecord record)
    {
        if (record.RecordType == ProgressRecordType.Completed)
        {
            Forget(index);
        }
        else
        {
            _last[index] = record;
        }
    }

    public void Forget(long index) => _last.TryRemove(index, out _);

    /// <summary>An item's last record; null when it wrote none.</summary>
    public ProgressRecord? Of(long index) => _last.GetValueOrDefault(index);
}
