using System.Management.Automation;

namespace BatchOps.PowerShell.Pages;

/// <summary>A PDF as it came: a file, or content that somebody else holds.</summary>
/// <param name="Item">What was piped in, or the file.</param>
/// <param name="Path">Full path of the file; null for content.</param>
/// <param name="Content">The content; null for a file.</param>
/// <param name="Fault">Why it is none; null when it is one.</param>
internal sealed record PdfInput(PSObject? Item, string? Path, object? Content = null, Exception? Fault = null)
{
    /// <summary>Tells what an item of the pipeline stands for; a path with wildcards can stand for several files.</summary>
    /// <param name="item">The item.</param>
    /// <param name="resolve">Gives the files that a path stands for.</param>
    public static IEnumerable<PdfInput> Of(PSObject? item, Func<string, IEnumerable<string>> resolve)
    {
        switch (item?.BaseObject)
        {
            case FileInfo file:
                return [new PdfInput(item, file.FullName)];
            case string { Length: > 0 } path:
                return resolve(path).Select(file => new PdfInput(item, file));
            case byte[] or Stream:
                return [new PdfInput(item, Path: null, item.BaseObject)];
        }

        foreach (var name in (string[])["FullName", "Path"])
        {
            if (item?.Properties[name]?.Value is string { Length: > 0 } path)
            {
                return resolve(WildcardPattern.Escape(path)).Select(file => new PdfInput(item, file));
            }
        }

        return [new PdfInput(item, Path: null, Fault: new BatchArgumentException("PdfInputInvalid", $"'{item}' is no PDF: pipe in paths, files of Get-ChildItem, byte arrays (,$bytes) or streams, or objects with a FullName or Path.", item))];
    }
}
