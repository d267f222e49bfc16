namespace BatchOps.Pdf.Bills;

/// <summary>
/// Adds up what models have read, page by page, and compares with what is printed. Only items count: subtotals and carried
/// sums are checked, a summary's items are left out when other pages list them, and identical rows all stay.
/// </summary>
public static class BillReconciler
{
    /// <summary>Puts a file's pages together.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pages">Its pages in any order, those that failed among them.</param>
    public static BillDocument Reconcile(string path, IEnumerable<BillPage> pages)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(pages);
        var all = pages.OrderBy(static page => page.PageNumber).ToArray();
        var parts = BillPages.ByNumber(all).Select(part => part with { Pages = ReadNumbers(part.Pages, all) }).ToList();
        var bills = parts.Select(static part => BillArithmetic.AddUp(part.Number, part.Pages)).ToList();

        // Bills without numbers are told apart by their totals, if that explains everything.
        if (bills is [{ Number: null, Reconciled: false }] && parts[0].Pages.All(static page => page.Error is null))
        {
            var split = BillPages.AfterTotals(all).Select(part => part with { Pages = ReadNumbers(part.Pages, all) }).ToList();
            var several = split.Select(static part => BillArithmetic.AddUp(part.Number, part.Pages)).ToList();
            if (several.Count > 1 && several.All(static bill => bill.Reconciled == true && bill.Items.Count > 0))
            {
                (parts, bills) = (split, several);
            }
        }

        MarkSummary(bills);
        var items = bills.SelectMany(static bill => bill.Items).OrderBy(static item => item.PageNumber).ToArray();
        var currencies = bills.Select(static bill => bill.Currency).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var summary = bills.Find(static bill => bill.IsSummary);
        var counted = summary is null ? bills : [summary];
        var failed = all.Where(static page => page.Error is not null).Select(static page => page.PageNumber).ToArray();
        return new BillDocument
        {
            Path = path,
            Pages = parts.SelectMany(static part => part.Pages).OrderBy(static page => page.PageNumber).ToArray(),
            Bills = bills,
            Items = items,
            ReconciledTotal = currencies.Length > 1 ? null : counted.Sum(static bill => bill.ReconciledTotal),
            PrintedTotal = currencies.Length > 1 || counted.Exists(static bill => bill.PrintedTotal is null) ? null : counted.Sum(static bill => bill.PrintedTotal),
            Reconciled = bills.Exists(static bill => bill.Reconciled == false) ? false
                : bills.Count == 0 || bills.Exists(static bill => bill.Reconciled is null) || failed.Length > 0 ? null : true,
            Reasons = Reasons(parts, bills, currencies),
            Usage = all.Aggregate(BillTokenUsage.None, static (sum, page) => sum.Add(page.Usage)),
            PagesFailed = failed,
        };
    }

    /// <summary>Reads a bill's numbers by its own format; where it has no telling number, by that of the whole file.</summary>
    private static BillPage[] ReadNumbers(IReadOnlyList<BillPage> pages, BillPage[] all)
    {
        var own = BillNumberFormat.Of(pages);
        var format = own.IsAssumed ? BillNumberFormat.Of(all) : own;
        return pages.Select(page => page.Read(format)).ToArray();
    }

    /// <summary>A bill of nothing but a summary, whose items are what the others come to, would count everything twice.</summary>
    private static void MarkSummary(List<Bill> bills)
    {
        for (var index = 0; index < bills.Count; index++)
        {
            var bill = bills[index];
            var others = bills.Where(other => other != bill).Sum(static other => other.ReconciledTotal);
            if (bill.IsOnlySummary && bills.Count > 1 && bill.ItemsTotal == others && others != 0)
            {
                bills[index] = bill with { IsSummary = true, Items = [] };
                return;
            }
        }
    }

    private static List<string> Reasons(List<BillPages> parts, List<Bill> bills, string[] currencies)
    {
        var reasons = new List<string>();
        if (bills.Count > 1)
        {
            reasons.Add($"There are {bills.Count} bills in the file.");
        }

        foreach (var bill in bills)
        {
            var name = bills.Count > 1 ? $"Bill {bill.Number ?? $"of page {bill.Pages[0]}"}: " : "";
            if (bill.IsSummary)
            {
                reasons.Add($"{name}it sums up the other bills of the file, and so its items do not count.");
            }

            reasons.AddRange(bill.Reasons.Select(reason => name + reason));
        }

        if (parts.Exists(static part => BillNumberFormat.Of(part.Pages).IsAssumed) && BillNumberFormat.Of(parts.SelectMany(static part => part.Pages).ToArray()).IsAssumed)
        {
            reasons.Add("Nothing in the file tells whether a number like '1,234' has thousands or decimals: thousands are assumed.");
        }

        if (bills.Count > 0 && bills.TrueForAll(static bill => bill.Reconciled == true) && parts.Exists(static part => part.Pages.Any(static page => page.Error is not null)))
        {
            reasons.Add("The totals hold without the pages that failed; whether those hold another bill is not known.");
        }

        if (currencies.Length > 1)
        {
            reasons.Add($"The bills are in different currencies ({string.Join(", ", currencies)}): there is no total of all.");
        }

        return reasons;
    }
}
