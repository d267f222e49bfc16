using System.Management.Automation;

namespace BatchOps.PowerShell.Journal;

/// <summary>Reads what a journal holds of an item, for people and exports.</summary>
internal static class StoredResult
{
    /// <summary>The output objects of an item. A text that is not of the codec's form, such as another program's, is itself the one output.</summary>
    public static IReadOnlyList<PSObject?> Outputs(string text)
    {
        try
        {
            if (text.StartsWith('['))
            {
                return ValueCodec.Decode(text);
            }

            var value = ValueCodec.DecodeOne(text);
            return [value is null ? null : PSObject.AsPSObject(value)];
        }
        catch (FormatException)
        {
            return [PSObject.AsPSObject(text)];
        }
    }

    /// <summary>The item itself.</summary>
    public static object? Input(string text)
    {
        try
        {
            return ValueCodec.DecodeOne(text);
        }
        catch (FormatException)
        {
            return text;
        }
    }

    /// <summary>Output objects as one property shows them: nothing, one object, or an array.</summary>
    public static object? AsOne(IReadOnlyList<PSObject?> outputs) => outputs.Count switch
    {
        0 => null,
        1 => outputs[0],
        _ => outputs.ToArray(),
    };
}
