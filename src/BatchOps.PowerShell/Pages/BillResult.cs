using System.Management.Automation;
using BatchOps.Pdf.Bills;
using BatchOps.PowerShell.Output;

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
        page.Add("PageType", bill.PageType);
        page.Add("BillNumber", bill.BillNumber);
        page.Add("Currency", bill.Currency);
        page.Add("Items", bill.Items.Select(Of).ToArray());
        page.Add("Rows", bill.Rows.Select(Of).ToArray());
        page.Add("PrintedTotals", bill.PrintedTotals.Select(Of).ToArray());
        page.Add("TokenUsage", Of(bill.Usage));
    }

    /// <summary>Adds to a file's object what its pages come to.</summary>
    public static void AddTo(PSObject file, BillDocument document)
    {
        file.TypeNames.Insert(0, DocumentTypeName);
        file.Add("Items", document.Items.Select(Of).ToArray());
        file.Add("ReconciledTotal", document.ReconciledTotal);
        file.Add("PrintedTotal", document.PrintedTotal);
        file.Add("Difference", document.Difference);
        file.Add("Reconciled", document.Reconciled);
        file.Add("Reasons", document.Reasons.ToArray());
        file.Add("Bills", document.Bills.ToArray());
        file.Add("TokenUsage", Of(document.Usage));
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
        var result = ResultObject.New(RowTypeName);
        result.Add("PageNumber", row.PageNumber);
        result.Add("Kind", row.Kind);
        result.Add("Name", row.Name);
        result.Add("Quantity", row.Quantity);
        result.Add("Rate", row.Rate);
        result.Add("Amount", row.Amount);
        result.Add("QuantityAsPrinted", row.QuantityAsPrinted);
        result.Add("RateAsPrinted", row.RateAsPrinted);
        result.Add("AmountAsPrinted", row.AmountAsPrinted);
        return result;
    }

    private static PSObject Of(BillTotal total)
    {
        var result = ResultObject.New();
        result.Add("PageNumber", total.PageNumber);
        result.Add("Label", total.Label);
        result.Add("Kind", total.Kind);
        result.Add("Amount", total.Amount);
        result.Add("AmountAsPrinted", total.AmountAsPrinted);
        return result;
    }

    private static PSObject Of(BillTokenUsage usage)
    {
        var result = ResultObject.New();
        result.Add("Input", usage.Input);
        result.Add("Output", usage.Output);
        result.Add("Total", usage.Total);
        return result;
    }

    private static T? Value<T>(PSObject from, string name) => from.Properties[name]?.Value is { } value ? LanguagePrimitives.ConvertTo<T>(value) : default;

    private static IEnumerable<PSObject> Objects(PSObject from, string name) => (from.Properties[name]?.Value as System.Collections.IEnumerable)?.Cast<object>().Select(PSObject.AsPSObject) ?? [];
}
