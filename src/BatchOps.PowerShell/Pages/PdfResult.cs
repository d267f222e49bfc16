using System.Management.Automation;
using BatchOps.Pdf;
using BatchOps.Pdf.Tables;
using BatchOps.PowerShell.Output;

namespace BatchOps.PowerShell.Pages;

/// <summary>Pages, their tables and whole files as the pipeline gets them.</summary>
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
        var result = ResultObject.New(PageTypeName);
        result.Add("Path", page.Path);
        result.Add("PageNumber", page.PageNumber);
        result.Add("PageCount", page.PageCount);
        result.Add("Width", page.Width);
        result.Add("Height", page.Height);
        result.Add("Rotation", page.Rotation);
        result.Add("Text", page.Text);
        result.Add("Words", page.Words.ToArray());
        result.Add("Tables", page.Tables.Select(Of).ToArray());
        result.Add("Image", page.Image is null ? null : Of(page.Image));
        result.Add("Source", page.Source);
        result.Add("Status", page.Status);
        result.Add("Messages", page.Messages.ToArray());
        result.Add("Duration", page.Duration);
        return result;
    }

    /// <summary>A file, of the pages that were handed out and those that a journal held.</summary>
    public static PSObject Of(OpenDocument document, IReadOnlyList<PageOutput> delivered, bool joinTables)
    {
        var pages = delivered.OrderBy(static output => NumberOf(output.Result)).ToList();
        var whole = pages.Count > 0 && pages.TrueForAll(static output => output.Page is not null) ? PdfDocument.From(pages.Select(static output => output.Page!), joinTables) : null;
        var failed = document.Pages.Except(pages.Select(static output => NumberOf(output.Result))).Except(document.Missing).ToArray();
        var statuses = pages.Select(static output => output.Result.Properties["Status"].Value).OfType<PdfPageStatus>()
            .Append(failed.Length > 0 ? PdfPageStatus.Failed : document.Missing.Count > 0 ? PdfPageStatus.Degraded : PdfPageStatus.Ok);
        var result = ResultObject.New(DocumentTypeName);
        result.Add("Path", document.Path);
        result.Add("PageCount", document.PageCount);
        result.Add("Status", statuses.Max());
        result.Add("Text", string.Concat(pages.Select(static output => output.Result.Properties["Text"].Value as string).Where(static text => text is not null).Select(static text => text + "\f")));
        result.Add("Tables", whole?.Tables.Select(Of).ToArray() ?? pages.SelectMany(static output => ((Array)output.Result.Properties["Tables"].Value).Cast<object>()).ToArray());
        result.Add("Pages", pages.Select(static output => output.Result).ToArray());
        result.Add("PagesFailed", failed);
        result.Add("Messages", Messages(document, tablesStay: joinTables && whole is null && pages.Count > 1).ToArray());
        return result;
    }

    private static int NumberOf(PSObject page) => (int)page.Properties["PageNumber"].Value;

    private static IEnumerable<string> Messages(OpenDocument document, bool tablesStay)
    {
        if (document.Missing.Count > 0)
        {
            yield return $"Missing here: page {string.Join(", ", document.Missing.Order())}, which an earlier run did whose journal kept no results. Keep them by -JournalContent Results, or leave -Resume out to extract all pages anew.";
        }

        if (tablesStay)
        {
            yield return "Tables are not joined: those of pages that a journal held are as they were when their pages were extracted.";
        }
    }

    private static PSObject Of(PdfTable table)
    {
        var result = ResultObject.New(TableTypeName);
        result.Add("PageNumber", table.PageNumber);
        result.Add("LastPageNumber", table.LastPageNumber);
        result.Add("Kind", table.Kind.ToString());
        result.Add("Columns", table.ColumnNames.ToArray());
        result.Add("Rows", table.Records.Select(Of).ToArray());
        result.Add("Cells", table.Rows.Select(static row => row.ToArray()).ToArray());
        result.Add("Left", table.Left);
        result.Add("Top", table.Top);
        result.Add("Right", table.Right);
        result.Add("Bottom", table.Bottom);
        return result;
    }

    private static PSObject Of(IReadOnlyDictionary<string, string> row)
    {
        var result = ResultObject.New();
        foreach (var (name, text) in row)
        {
            result.Add(name.Length == 0 ? " " : name, text);
        }

        return result;
    }

    private static PSObject Of(PdfImage image)
    {
        var result = ResultObject.New();
        result.Add("Format", image.Format.ToString());
        result.Add("Width", image.Width);
        result.Add("Height", image.Height);
        result.Add("Path", image.Path);
        result.Add("Bytes", image.Bytes);
        return result;
    }
}
