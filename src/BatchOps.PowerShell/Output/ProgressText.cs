using System.Management.Automation;

namespace BatchOps.PowerShell.Output;

/// <summary>A few words for an item, for a progress bar.</summary>
internal static class ProgressText
{
    private const int MaxLength = 40;

    /// <summary>The item's text when it has a plain one, else its type. Runs no code of the item's.</summary>
    public static string Of(object? item)
    {
        var text = (item is PSObject wrapped ? wrapped.BaseObject : item) switch
        {
            null => "null",
            string s => s.ReplaceLineEndings(" "),
            FileSystemInfo file => file.Name,
            ValueType value => value.ToString() ?? string.Empty,
            Uri uri => uri.ToString(),
            PSCustomObject => "object",
            var other => other.GetType().Name,
        };
        return text.Length <= MaxLength ? text : text[..(MaxLength - 3)] + "...";
    }
}
