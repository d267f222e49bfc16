using System.Management.Automation;
using BatchOps.Pdf.Bills;

namespace BatchOps.PowerShell.Pages;

/// <summary>Bills as the pipeline gets them: what a page's and a file's objects have more.</summary>
internal static class BillResult
{
    /// <summary>Type name of the object of a page that was read as a bill's.</summary>
    public const string PageTypeName = "BatchOps.BillPage";

    /// <summary>Type name of the object of a file of bills.</summary>
    public const string DocumentTypeName = "BatchOps.BillDocument";

    private const string RowTypeName = "BatchOps.BillItem";

    /// <summary>Adds what a model read to a page's object.</summary>
    public static void AddTo(PSObject page, BillPage bill)
    {
        page.TypeNames.Insert(0, PageTypeName);
        PdfResult.Add(page, "PageType", bill.PageType);
        PdfResult.Add(page, "BillNumber", bill.BillNumber);
        PdfResult.Add(page, "Currency", bill.Currency);
        PdfResult.Add(page, "Items", bill.Items.Select(Of).ToArray());
        PdfResult.Add(page, "Rows", bill.Rows.Select(Of).ToArray());
        PdfResult.Add(page, "PrintedTotals", bill.PrintedTotals.Select(Of).ToArray());
        PdfResult.Add(page, "TokenUsage", Of(bill.Usage));
    }

    /// <summary>Adds to a file's object what its pages come to.</summary>
    public static void AddTo(PSObject file, BillDocument document)
    {
        file.TypeNames.Insert(0, DocumentTypeName);
        PdfResult.Add(file, "Items", document.Items.Select(Of).ToArray());
        PdfResult.Add(file, "ReconciledTotal", document.ReconciledTotal);
        PdfResult.Add(file, "PrintedTotal", document.PrintedTotal);
        PdfResult.Add(file, "Difference", document.Difference);
        PdfResult.Add(file, "Reconciled", document.Reconciled);
        PdfResult.Add(file, "Reasons", document.Reasons.ToArray());
        PdfResult.Add(file, "Bills", document.Bills.ToArray());
        PdfResult.Add(file, "TokenUsage", Of(document.Usage));
    }

    /// <summary>A page as it was read, from its object that a journal held. Numbers are read anew, from what was printed.</summary>
    public static BillPage PageOf(PSObject page) => new()
    {
        PageNumber = Value<int>(page, "PageNumber"),
        PageType = Value<BillPageType>(page, "PageType"),
        BillNumber = Value<string>(page, "BillNumber"),
        Currency = Value<string>(page, "Currency"),
        Rows = Objects(page, "Rows").Select(static row => new BillItem
        {
            PageNumber = Value<int>(row, "PageNumber"),
            Kind = Value<BillRowKind>(row, "Kind"),
            Name = Value<string>(row, "Name") ?? string.Empty,
            QuantityAsPrinted = Value<string>(row, "QuantityAsPrinted"),
            RateAsPrinted = Value<string>(row, "RateAsPrinted"),
            AmountAsPrinted = Value<string>(row, "AmountAsPrinted"),
        }).ToList(),
        PrintedTotals = Objects(page, "PrintedTotals").Select(static total => new BillTotal
        {
            PageNumber = Value<int>(total, "PageNumber"),
            Label = Value<string>(total, "Label") ?? string.Empty,
            Kind = Value<BillTotalKind>(total, "Kind"),
            AmountAsPrinted = Value<string>(total, "AmountAsPrinted") ?? string.Empty,
        }).ToList(),
        Usage = page.Properties["TokenUsage"]?.Value is { } usage ? new BillTokenUsage(Value<long>(PSObject.AsPSObject(usage), "Input"), Value<long>(PSObject.AsPSObject(usage), "Output")) : BillTokenUsage.None,
    };

    private static PSObject Of(BillItem row)
    {
        var result = PdfResult.New(RowTypeName);
        PdfResult.Add(result, "PageNumber", row.PageNumber);
        PdfResult.Add(result, "Kind", row.Kind);
        PdfResult.Add(result, "Name", row.Name);
        PdfResult.Add(result, "Quantity", row.Quantity);
        PdfResult.Add(result, "Rate", row.Rate);
        PdfResult.Add(result, "Amount", row.Amount);
        PdfResult.Add(result, "QuantityAsPrinted", row.QuantityAsPrinted);
        PdfResult.Add(result, "RateAsPrinted", row.RateAsPrinted);
        PdfResult.Add(result, "AmountAsPrinted", row.AmountAsPrinted);
        return result;
    }

    private static PSObject Of(BillTotal total)
    {
        var result = new PSObject();
        PdfResult.Add(result, "PageNumber", total.PageNumber);
        PdfResult.Add(result, "Label", total.Label);
        PdfResult.Add(result, "Kind", total.Kind);
        PdfResult.Add(result, "Amount", total.Amount);
        PdfResult.Add(result, "AmountAsPrinted", total.AmountAsPrinted);
        return result;
    }

    private static PSObject Of(BillTokenUsage usage)
    {
        var result = new PSObject();
        PdfResult.Add(result, "Input", usage.Input);
        PdfResult.Add(result, "Output", usage.Output);
        PdfResult.Add(result, "Total", usage.Total);
        return result;
    }

    private static T? Value<T>(PSObject from, string name) => from.Properties[name]?.Value is { } value ? LanguagePrimitives.ConvertTo<T>(value) : default;

    private static IEnumerable<PSObject> Objects(PSObject from, string name) => (from.Properties[name]?.Value as System.Collections.IEnumerable)?.Cast<object>().Select(PSObject.AsPSObject) ?? [];
}
