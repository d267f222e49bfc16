using System.Text.RegularExpressions;

namespace BatchOps.Pdf.Bills;

/// <summary>Finds sums that a model took for items: they would count twice. Both the name and the amount must say so.</summary>
internal static partial class MistakenSums
{
    /// <summary>A bill's pages with such rows as subtotals.</summary>
    /// <param name="pages">The pages that count, in order, numbers read.</param>
    public static BillPage[] Correct(IReadOnlyList<BillPage> pages)
    {
        var bill = 0m;
        return pages.Select(page =>
        {
            decimal onPage = 0, section = 0;
            var rows = page.Rows.Select(row =>
            {
                if (row.Kind == BillRowKind.Item && IsSum(row, bill, onPage, section))
                {
                    section = 0;
                    return row with { Kind = BillRowKind.Subtotal };
                }

                if (row.Kind == BillRowKind.Subtotal)
                {
                    section = 0;
                }
                else if (row is { Kind: BillRowKind.Item, Amount: { } amount })
                {
                    bill += page.PageType == BillPageType.FinalBill ? 0 : amount;
                    onPage += amount;
                    section += amount;
                }

                return row;
            }).ToArray();
            return page with { Rows = rows };
        }).ToArray();
    }

    private static bool IsSum(BillItem row, decimal bill, decimal onPage, decimal section) =>
        row is { Amount: { } amount and not 0, Quantity: null, Rate: null } && (amount == bill || amount == onPage || amount == section) && SumName().IsMatch(row.Name);

    [GeneratedRegex(@"\btotal\b|subtotal|\b(carried|brought)\b.*\b(forward|over|down)\b|\b[cb]\s?/\s?[fd]\b|\bsumme\b|übertrag|\breport(er)?\b|\bsuma\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SumName();
}
