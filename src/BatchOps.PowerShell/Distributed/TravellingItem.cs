using System.Management.Automation;
using BatchOps.PowerShell.Journal;
using BatchOps.PowerShell.Operations;

namespace BatchOps.PowerShell.Distributed;

/// <summary>An item that was made ready to travel, where its properties may be read.</summary>
/// <param name="prepared">What was posted without travelling: the item itself, or what was made of it.</param>
/// <param name="text">The item as workers get it.</param>
internal sealed class TravellingItem(object? prepared, string text) : IPreparedItem
{
    /// <summary>The item as workers get it, a text of <see cref="ValueCodec"/>.</summary>
    public string Text => text;

    /// <inheritdoc/>
    public PSObject? Item { get; } = PreparedItem.Original(prepared) is { } item ? PSObject.AsPSObject(item) : null;

    /// <inheritdoc/>
    public object? SerializeKey => (prepared as IPreparedItem)?.SerializeKey;

    /// <summary>Makes an item ready.</summary>
    /// <exception cref="BatchArgumentException">It has no form that travels.</exception>
    public static TravellingItem Of(object? prepared)
    {
        var item = PreparedItem.Original(prepared);
        var encoded = ValueCodec.EncodeOne(item);
        if (!encoded.Lossy)
        {
            return new TravellingItem(prepared, encoded.Text);
        }

        var type = (item is PSObject wrapped ? wrapped.BaseObject : item)?.GetType();
        throw new BatchArgumentException("ItemCannotTravel", type == typeof(PSCustomObject) || item is System.Collections.IEnumerable
            ? "The item can't be sent to workers: something in it is no plain data (text, numbers, lists, hashtables, custom objects), or a secret. Leave that out: ... | Select-Object Name, Size | ..."
            : $"The item can't be sent to workers: a {type} is no plain data. Send what it is known by: a path, an id, or the properties that the block uses (... | Select-Object Name, Size | ...).", item);
    }
}
