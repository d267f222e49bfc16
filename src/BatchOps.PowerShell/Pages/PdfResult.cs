using System.Management.Automation;
using BatchOps.Pdf;
using BatchOps.Pdf.Tables;

namespace BatchOps.PowerShell.Pages;

/// <summary>Pages, their tables and whole files as the pipeline gets them.</summary>
/// <remarks>Custom objects: a journal gives them back as they were, and exports show their properties.</remarks>
internal static class PdfResult
{
    /// <summary>Type name of a page's object.</summary>
    public const string PageTypeName = "BatchOps.PdfPage";

    /// <summary>Type name of a file's object.</summary>
    public const string DocumentTypeName = "BatchOps.PdfDocument";

    private const string TableTypeName = "BatchOps.PdfTable";

    /// <summary>A page.</summary>
    public static PSObject Of(PdfPage page)
    {
        var result = New(PageTypeName);
        Add(result, "Path", page.Path);
        Add(result, "PageNumber", page.PageNumber);
        Add(result, "PageCount", page.PageCount);
        Add(result, "Width", page.Width);
        Add(result, "Height", page.Height);
        Add(result, "Rotation", page.Rotation);
        Add(result, "Text", page.Text);
        Add(result, "Words", page.Words.ToArray());
        Add(result, "Tables", page.Tables.Select(Of).ToArray());
        Add(result, "Image", page.Image is null ? null : Of(page.Image));
        Add(result, "Source", page.Source);
        Add(result, "Status", page.Status);
        Add(result, "Messages", page.Messages.ToArray());
        Add(result, "Duration", page.Duration);
        return result;
    }

    /// <summary>A file, of the pages that were handed out.</summary>
    public static PSObject Of(OpenDocument document, IReadOnlyList<PageOutput> delivered, bool joinTables)
    {
        var pages = delivered.OrderBy(static output => (int)output.Result.Properties["PageNumber"].Value).ToList();
        var whole = pages.Count > 0 && pages.TrueForAll(static output => output.Page is not null) ? PdfDocument.From(pages.Select(static output => output.Page!), joinTables) : null;
        var statuses = pages.Select(static output => output.Result.Properties["Status"].Value).OfType<PdfPageStatus>().ToList();
        var result = New(DocumentTypeName);
        Add(result, "Path", document.Path);
        Add(result, "PageCount", document.PageCount);
        Add(result, "Status", pages.Count < document.Pages.Count ? PdfPageStatus.Failed : statuses.DefaultIfEmpty().Max());
        Add(result, "Text", string.Concat(pages.Select(static output => output.Result.Properties["Text"].Value as string).Where(static text => text is not null).Select(static text => text + "\f")));

        // Tables that a journal held are as they were when their pages were extracted; only new ones can be joined.
        Add(result, "Tables", whole?.Tables.Select(Of).ToArray() ?? pages.SelectMany(static output => ((Array)output.Result.Properties["Tables"].Value).Cast<object>()).ToArray());
        Add(result, "Pages", pages.Select(static output => output.Result).ToArray());
        Add(result, "PagesFailed", document.Pages.Except(pages.Select(static output => (int)output.Result.Properties["PageNumber"].Value)).ToArray());
        return result;
    }

    private static PSObject Of(PdfTable table)
    {
        var result = New(TableTypeName);
        Add(result, "PageNumber", table.PageNumber);
        Add(result, "LastPageNumber", table.LastPageNumber);
        Add(result, "Kind", table.Kind.ToString());
        Add(result, "Columns", table.ColumnNames.ToArray());
        Add(result, "Rows", table.Records.Select(Of).ToArray());
        Add(result, "Cells", table.Rows.Select(static row => row.ToArray()).ToArray());
        Add(result, "Left", table.Left);
        Add(result, "Top", table.Top);
        Add(result, "Right", table.Right);
        Add(result, "Bottom", table.Bottom);
        return result;
    }

    private static PSObject Of(IReadOnlyDictionary<string, string> row)
    {
        var result = new PSObject();
        foreach (var (name, text) in row)
        {
            Add(result, name.Length == 0 ? " " : name, text);
        }

        return result;
    }

    private static PSObject Of(PdfImage image)
    {
        var result = new PSObject();
        Add(result, "Format", image.Format.ToString());
        Add(result, "Width", image.Width);
        Add(result, "Height", image.Height);
        Add(result, "Path", image.Path);
        Add(result, "Bytes", image.Bytes);
        return result;
    }

    public static PSObject New(string typeName)
    {
        var result = new PSObject();
        result.TypeNames.Insert(0, typeName);
        return result;
    }

    public static void Add(PSObject target, string name, object? value) => target.Properties.Add(new PSNoteProperty(name, value));
}
