using BatchOps.Engine;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Output;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Journal;

/// <summary>How items and their output stand in a journal. Records of other streams are not kept.</summary>
internal sealed class ItemCodec : IJournalCodec<object?, ItemOutput>
{
    public StoredValue Encode(ItemOutput? output) => ValueCodec.Encode(output?.Objects ?? []);

    public ItemOutput Decode(string text) => new(ValueCodec.Decode(text), []);

    public StoredValue EncodeInput(object? input) => ValueCodec.EncodeOne(PreparedItem.Original(input));

    public (string Type, string Message) Describe(Exception error) => ItemErrors.Original(error) is { } record
        ? ((record.Exception as RemoteItemException)?.OriginalType ?? record.Exception.GetType().FullName!, record + ItemErrors.Position(record))
        : (error.GetType().FullName!, error.Message);
}
