using System.Globalization;
using System.Management.Automation;
using BatchOps.Pdf.Bills;
using BatchOps.PowerShell.Operations;

namespace BatchOps.PowerShell.Pages;

/// <summary>A page of an open file.</summary>
/// <param name="input">The file as it came.</param>
/// <param name="document">The file, open.</param>
/// <param name="page">The page's number, from 1.</param>
internal sealed class PageItem(PdfInput input, OpenDocument document, int page) : IPreparedItem
{
    public PSObject? Item { get; } = input.Item;

    public OpenDocument Document { get; } = document;

    public int Page { get; } = page;

    /// <summary>What a model is asked, over all attempts; made by the first.</summary>
    public BillPageRequest? Request { get; set; }

    /// <inheritdoc/>
    public object? SerializeKey => null;

    /// <summary>What it is among all pages: the file's content, or what -Key says of the file, and the page's number.</summary>
    public string KeyOf(string file) => string.Create(CultureInfo.InvariantCulture, $"{file}#{Page}");

    public override string ToString() => string.Create(CultureInfo.CurrentCulture, $"{Path.GetFileName(Document.Path)}, page {Page}");
}
