using BatchOps.Pdf.Bills;

namespace BatchOps.Pdf.Tests.Bills;

/// <summary>A page as a model would have read it, written down by hand.</summary>
internal sealed class Sheet(int number, BillPageType type = BillPageType.BillDetail, string? bill = null, string? currency = null)
{
    private readonly List<BillItem> _rows = [];
    private readonly List<BillTotal> _totals = [];

    public static BillDocument Reconcile(params BillPage[] pages) => BillReconciler.Reconcile("bill.pdf", pages);

    public Sheet Item(string name, string? amount, string? quantity = null, string? rate = null) => Row(BillRowKind.Item, name, amount, quantity, rate);

    public Sheet Row(BillRowKind kind, string name, string? amount, string? quantity = null, string? rate = null)
    {
        _rows.Add(new BillItem { PageNumber = number, Kind = kind, Name = name, AmountAsPrinted = amount, QuantityAsPrinted = quantity, RateAsPrinted = rate });
        return this;
    }

    public Sheet Subtotal(string amount) => Row(BillRowKind.Subtotal, "Subtotal", amount);

    public Sheet Carried(string amount) => Row(BillRowKind.CarriedForward, "Carried forward", amount);

    public Sheet Tax(string amount, string name = "VAT") => Row(BillRowKind.Tax, name, amount);

    public Sheet Discount(string amount, string name = "Discount") => Row(BillRowKind.Discount, name, amount);

    public Sheet Total(string amount, string label = "Total", BillTotalKind kind = BillTotalKind.Total)
    {
        _totals.Add(new BillTotal { PageNumber = number, Label = label, Kind = kind, AmountAsPrinted = amount });
        return this;
    }

    public static implicit operator BillPage(Sheet sheet) => sheet.ToPage();

    private BillPage ToPage() => new()
    {
        PageNumber = number,
        PageType = type,
        BillNumber = bill,
        Currency = currency,
        Rows = _rows,
        PrintedTotals = _totals,
        Usage = new BillTokenUsage(100, 10),
    };
}
