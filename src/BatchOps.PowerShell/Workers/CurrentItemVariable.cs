using System.Management.Automation;
using BatchOps.PowerShell.Distributed;

namespace BatchOps.PowerShell.Workers;

/// <summary><c>$BatchItem</c>: made only when an item asks for it, so that items that do not pay nothing.</summary>
/// <param name="current">The lease at work in the worker.</param>
/// <param name="failures">Errors of the attempt that will fail it, so far.</param>
internal sealed class CurrentItemVariable(Func<ItemLease?> current, Func<int> failures) : PSVariable("BatchItem", value: null)
{
    private ItemLease? _lease;
    private BatchItemContext? _context;

    public override object? Value
    {
        get
        {
            var lease = current();
            if (!ReferenceEquals(lease, _lease))
            {
                _lease = lease;
                _context = lease is null ? null : new BatchItemContext(lease, (lease.Input as RemoteItem)?.Work, failures);
            }

            return _context;
        }

        set => throw new PSInvalidOperationException("$BatchItem belongs to the run and can't be assigned.");
    }
}
