using BatchOps.Engine;
using BatchOps.PowerShell.Output;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Journal;

/// <summary>How items and their output stand in a journal. Records of other streams are not kept.</summary>
internal sealed class ItemCodec : IJournalCodec<object?, ItemOutput>
{
    public StoredValue Encode(ItemOutput? output)
    {
        var (text, lossy) = ValueCodec.Encode(output?.Objects ?? []);
        return new StoredValue(text, lossy);
    }

    public ItemOutput Decode(string text) => new(ValueCodec.Decode(text), []);

    public StoredValue EncodeInput(object? input)
    {
        var (text, lossy) = ValueCodec.EncodeOne(input);
        return new StoredValue(text, lossy);
    }

    public (string Type, string Message) Describe(Exception error) => ItemErrors.Original(error) is { } record
        ? (record.Exception.GetType().FullName!, record + ItemErrors.Position(record))
        : (error.GetType().FullName!, error.Message);
}
