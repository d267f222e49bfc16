using System.Management.Automation;

namespace BatchOps.PowerShell.Output;

/// <summary>A few words for an item, for a progress bar.</summary>
internal static class ProgressText
{
    private const int MaxLength = 40;

    /// <summary>The item's text when it has a plain one, else its type. Runs no code of the item's.</summary>
    public static string Of(object? item)
    {
        var text = Plain(item);
        return text.Length <= MaxLength ? text : text[..(MaxLength - 3)] + "...";
    }

    private static string Plain(object? item)
    {
        var wrapped = item as PSObject;
        return (wrapped?.BaseObject ?? item) switch
        {
            null => "null",
            string s => s.ReplaceLineEndings(" "),
            FileSystemInfo file => file.Name,
            ValueType value => value.ToString() ?? string.Empty,
            Uri uri => uri.ToString(),

            // Of a row, its first plain value: most often its name or number.
            PSCustomObject => wrapped!.Properties.FirstOrDefault(static p => p is PSNoteProperty { Value: string or ValueType or PSObject { BaseObject: string or ValueType } }) is { } first ? Plain(first.Value) : "object",
            var other => other.GetType().Name,
        };
    }
}
