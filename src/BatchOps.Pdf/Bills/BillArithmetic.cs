using System.Globalization;
using System.Text.RegularExpressions;

namespace BatchOps.Pdf.Bills;

/// <summary>Adds up the pages of one bill and compares with what is printed.</summary>
internal static partial class BillArithmetic
{
    private const int MostOfAKind = 5;

    /// <summary>Adds up a bill.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="pages">Its pages in order, numbers read.</param>
    public static Bill AddUp(string? number, IReadOnlyList<BillPage> pages)
    {
        var given = pages.Where(static page => page.Error is null).ToArray();
        var read = MistakenSums.Correct(given);
        var details = read.Where(static page => page.PageType != BillPageType.FinalBill).ToArray();
        var summaries = read.Where(static page => page.PageType == BillPageType.FinalBill).ToArray();
        var hasDetails = details.Any(static page => page.Items.Any());
        var (printed, totalReasons) = PrintedTotal(read, summaries);

        var reasons = new List<string>();
        var counted = hasDetails ? details : read;
        var settled = Settle(counted, hasDetails ? Adjustments(details, summaries) : Adjustments(read, []), printed?.Amount);
        if (hasDetails && summaries.Any(static page => page.Items.Any()))
        {
            // A last page that lists more items is easily taken for a summary: the printed total knows better.
            var withAll = Settle(read, Adjustments(read, []), printed?.Amount);
            if (printed is not null && settled.Total != printed.Amount && withAll.Total == printed.Amount)
            {
                (counted, settled) = (read, withAll);
                reasons.Add($"{Pages(summaries)} looked like a summary, but the printed total holds only with its items: they count.");
            }
            else
            {
                reasons.Add($"{Pages(summaries)} sums up what other pages list: its items do not count, its totals do.");
            }
        }

        var items = counted.SelectMany(static page => page.Items).ToArray();
        reasons.AddRange(pages.Where(static page => page.Error is not null).Select(static page => $"Page {page.PageNumber} failed, and so its rows are missing: {page.Error}"));
        reasons.AddRange(Few(items.Where(static item => item.Amount is null).Select(Unreadable)));
        reasons.AddRange(Few(items.Where(static item => IsProduct(item) == false).Select(WrongProduct)));
        reasons.AddRange(Few(read.SelectMany(static page => page.Rows).Except(given.SelectMany(static page => page.Rows)).Select(static row => $"Page {row.PageNumber}: '{row.Name}' {Text(row.Amount!.Value)} is the sum of rows above, no item: it does not count.")));
        reasons.AddRange(Few(WrongSums([.. read.Concat(pages.Where(static page => page.Error is not null)).OrderBy(static page => page.PageNumber)], counted)));
        if (settled.Remark is not null)
        {
            reasons.Add(settled.Remark);
        }

        reasons.AddRange(totalReasons);
        reasons.Add(Verdict(settled, printed));
        return new Bill
        {
            Number = number,
            Pages = pages.Select(static page => page.PageNumber).ToArray(),
            Items = items,
            Currency = pages.FirstOrDefault(static page => page.Currency is not null)?.Currency,
            ItemsTotal = settled.Items,
            Tax = settled.Tax,
            Discount = settled.Discount,
            Rounding = settled.Rounding,
            PrintedTotal = printed?.Amount,
            IsOnlySummary = read.Length > 0 && summaries.Length == read.Length,
            Reasons = reasons,
        };
    }

    /// <summary>Whether quantity times rate is the amount, within what the printed places allow; null when one of them is missing.</summary>
    public static bool? IsProduct(BillItem row) => row is { Quantity: { } quantity, Rate: { } rate, Amount: { } amount }
        ? Math.Abs((quantity * rate) - amount) <= HalfPlace(amount) + (Math.Abs(quantity) * HalfPlace(rate)) || Math.Abs(quantity * rate) == Math.Abs(amount)
        : null;

    public static string Text(decimal amount) => amount.ToString("#,##0.00####", CultureInfo.InvariantCulture);

    private static decimal HalfPlace(decimal number) => new(5, 0, 0, false, (byte)(Math.Max(number.Scale, (byte)2) + 1));

    /// <summary>The rows that change the sum of all. A kind that the details print themselves is only repeated by a summary.</summary>
    private static BillItem[] Adjustments(BillPage[] details, BillPage[] summaries)
    {
        var own = Of(details).ToArray();
        return [.. own, .. Of(summaries).Where(row => own.All(other => other.Kind != row.Kind || IsRounding(other) != IsRounding(row)))];

        static IEnumerable<BillItem> Of(BillPage[] pages) => pages.SelectMany(static page => page.Rows)
            .Where(static row => row is { Kind: BillRowKind.Tax or BillRowKind.Discount, Amount: not null });
    }

    /// <summary>
    /// Bills print taxes and discounts that are still to be added, and such that the items' amounts hold already. Which it
    /// is, the printed total tells; without an answer they are added.
    /// </summary>
    private static Settlement Settle(BillPage[] pages, BillItem[] adjustments, decimal? printed)
    {
        var tax = adjustments.Where(static row => row.Kind == BillRowKind.Tax && !IsRounding(row)).Sum(static row => row.Amount!.Value);
        var discount = adjustments.Where(static row => row.Kind == BillRowKind.Discount && !IsRounding(row)).Sum(static row => Math.Abs(row.Amount!.Value));
        var rounding = adjustments.Where(IsRounding).Sum(static row => row.Kind == BillRowKind.Discount ? -Math.Abs(row.Amount!.Value) : row.Amount!.Value);
        var plain = new Settlement(pages.SelectMany(static page => page.Items).Sum(static item => item.Amount ?? 0), tax, discount, rounding, null);
        Settlement[] readings =
        [
            plain,
            plain with { Tax = 0, Remark = "The items' amounts hold the taxes already." },
            plain with { Discount = 0, Remark = "The items' amounts are after the discounts already." },
            plain with { Tax = 0, Discount = 0, Remark = "The items' amounts hold the taxes, and are after the discounts, already." },
        ];
        return readings.FirstOrDefault(reading => reading.Total == printed) ?? plain;
    }

    private static bool IsRounding(BillItem row) => RoundingName().IsMatch(row.Name);

    /// <summary>The total that counts: of the last page that sums up, else of the last page that has one; the last one there.</summary>
    private static (BillTotal? Total, List<string> Reasons) PrintedTotal(BillPage[] read, BillPage[] summaries)
    {
        var reasons = new List<string>();
        var totals = summaries.Concat(read.Where(static page => page.PageType != BillPageType.FinalBill)).Select(page => (IsSummary: page.PageType == BillPageType.FinalBill, Totals: Totals(page).ToArray())).ToArray();
        foreach (var unreadable in totals.SelectMany(static page => page.Totals).Where(static total => total.Amount is null))
        {
            reasons.Add($"Page {unreadable.PageNumber}: the total '{unreadable.Label}' can't be read: '{unreadable.AmountAsPrinted}'.");
        }

        var readable = totals.Select(static page => (page.IsSummary, Last: page.Totals.LastOrDefault(static total => total.Amount is not null))).Where(static page => page.Last is not null).ToArray();
        var chosen = readable.LastOrDefault(static page => page.IsSummary).Last ?? readable.LastOrDefault().Last;
        var others = totals.SelectMany(static page => page.Totals).Where(total => total.Amount is not null && total.Amount != chosen?.Amount).DistinctBy(static total => total.Amount).ToArray();
        if (others.Length > 0)
        {
            reasons.Add($"There are other totals: {string.Join(", ", others.Select(static total => $"'{total.Label}' {Text(total.Amount!.Value)} on page {total.PageNumber}"))}.");
        }

        return (chosen, reasons);
    }

    private static IEnumerable<BillTotal> Totals(BillPage page) => page.Rows.Where(static row => row is { Kind: BillRowKind.Total, AmountAsPrinted: not null })
        .Select(static row => new BillTotal { PageNumber = row.PageNumber, Label = row.Name, Kind = BillTotalKind.Total, Amount = row.Amount, AmountAsPrinted = row.AmountAsPrinted! })
        .Concat(page.PrintedTotals.Where(static total => total.Kind == BillTotalKind.Total));

    /// <summary>Subtotals and carried sums that are not the sum of anything above them.</summary>
    private static IEnumerable<string> WrongSums(IReadOnlyList<BillPage> pages, BillPage[] counted)
    {
        var bill = new Running();
        foreach (var page in pages.Where(page => page.Error is not null || counted.Contains(page)))
        {
            if (page.Error is not null)
            {
                // What is missing here is in all sums from now on, until a carried sum says how much it was.
                bill.IsKnown = false;
            }

            Running section = new(), onPage = new();
            foreach (var row in page.Rows)
            {
                switch (row)
                {
                    case { Amount: null }:
                        break;
                    case { Kind: BillRowKind.Item or BillRowKind.Tax or BillRowKind.Discount, Amount: { } amount }:
                        foreach (var sum in new[] { bill, section, onPage })
                        {
                            sum.Add(row.Kind, amount);
                        }

                        break;
                    case { Kind: BillRowKind.Subtotal, Amount: { } amount }:
                        if (!section.Is(amount) && !onPage.Is(amount) && !bill.Is(amount) && bill.IsKnown)
                        {
                            yield return $"Page {row.PageNumber}: '{row.Name}' says {Text(amount)}, the items above come to {Text(section.Items)}.";
                        }

                        section = new Running();
                        break;
                    case { Kind: BillRowKind.CarriedForward, Amount: { } amount }:
                        if (!bill.IsKnown)
                        {
                            bill.Restart(amount);
                        }
                        else if (!bill.Is(amount))
                        {
                            yield return $"Page {row.PageNumber}: '{row.Name}' says {Text(amount)}, the items before come to {Text(bill.Items)}.";
                        }

                        break;
                }
            }
        }
    }

    private static string Unreadable(BillItem item) => item.AmountAsPrinted is null
        ? $"Page {item.PageNumber}: '{item.Name}' has no amount."
        : $"Page {item.PageNumber}: the amount of '{item.Name}' can't be read: '{item.AmountAsPrinted}'.";

    private static string WrongProduct(BillItem item) =>
        $"Page {item.PageNumber}: '{item.Name}' is {Text(item.Quantity!.Value)} x {Text(item.Rate!.Value)} = {Text(item.Quantity.Value * item.Rate.Value)}, printed is {Text(item.Amount!.Value)}.";

    private static IEnumerable<string> Few(IEnumerable<string> reasons)
    {
        var all = reasons.ToArray();
        return all.Length <= MostOfAKind ? all : [.. all.Take(MostOfAKind), string.Create(CultureInfo.InvariantCulture, $"And {all.Length - MostOfAKind} more like this.")];
    }

    private static string Verdict(Settlement settled, BillTotal? printed)
    {
        if (printed is null)
        {
            return $"The rows come to {settled}; no total is printed to compare with.";
        }

        var name = $"the printed total '{printed.Label}' of page {printed.PageNumber}";
        var difference = settled.Total - printed.Amount!.Value;
        return difference == 0
            ? $"The rows come to {settled}, and so says {name}."
            : $"The rows come to {settled}, but {name} says {Text(printed.Amount.Value)}: they are {Text(Math.Abs(difference))} too {(difference > 0 ? "much" : "little")}.";
    }

    private static string Pages(BillPage[] pages) => pages.Length == 1
        ? $"Page {pages[0].PageNumber}"
        : $"Each of the pages {string.Join(", ", pages.Select(static page => page.PageNumber))}";

    [GeneratedRegex(@"\bround|arrondi|\bredonde|\barrotond|\bafrond|rundung", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoundingName();

    private sealed record Settlement(decimal Items, decimal Tax, decimal Discount, decimal Rounding, string? Remark)
    {
        public decimal Total => Items + Tax - Discount + Rounding;

        public override string ToString() => Tax == 0 && Discount == 0 && Rounding == 0
            ? Text(Total)
            : $"{Text(Items)}{Part(Tax, "tax")}{Part(-Discount, "discount")}{Part(Rounding, "rounding")} = {Text(Total)}";

        private static string Part(decimal amount, string name) => amount == 0 ? "" : $" {(amount < 0 ? '-' : '+')} {Text(Math.Abs(amount))} {name}";
    }

    private sealed class Running
    {
        private decimal _adjustments;

        public decimal Items { get; private set; }

        public bool IsKnown { get; set; } = true;

        public void Add(BillRowKind kind, decimal amount)
        {
            if (kind == BillRowKind.Item)
            {
                Items += amount;
            }
            else
            {
                _adjustments += kind == BillRowKind.Discount ? -Math.Abs(amount) : amount;
            }
        }

        public bool Is(decimal amount) => amount == Items || amount == Items + _adjustments;

        public void Restart(decimal amount)
        {
            (Items, _adjustments, IsKnown) = (amount, 0, true);
        }
    }
}
