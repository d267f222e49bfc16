namespace BatchOps.Pdf.Bills;

/// <summary>How a bill writes numbers, decided by all of its cells together.</summary>
/// <param name="DecimalMark">What stands before decimals: <c>.</c> or <c>,</c>.</param>
/// <param name="IsAssumed">Whether there are cells that can be read in two ways and nothing that decides which.</param>
internal sealed record BillNumberFormat(char DecimalMark, bool IsAssumed)
{
    /// <summary>Decides by the cells that leave no doubt, amounts before quantities, then by whether quantities times rates come to the amounts.</summary>
    public static BillNumberFormat Of(IReadOnlyCollection<BillPage> pages)
    {
        var rows = pages.SelectMany(static page => page.Rows).ToArray();
        var money = rows.SelectMany(static row => new[] { row.RateAsPrinted, row.AmountAsPrinted }).Concat(pages.SelectMany(static page => page.PrintedTotals).Select(static total => total.AmountAsPrinted));
        var amounts = Cells(money);
        var quantities = Cells(rows.Select(static row => row.QuantityAsPrinted));
        if ((Vote(amounts) ?? Vote(quantities)) is { } mark)
        {
            return new BillNumberFormat(mark, IsAssumed: false);
        }

        var doubtful = amounts.Concat(quantities).Select(static cell => cell.DoubtfulSeparator).OfType<char>().ToArray();
        if (doubtful.Length == 0)
        {
            return new BillNumberFormat('.', IsAssumed: false);
        }

        var fits = Fits(rows, '.').CompareTo(Fits(rows, ','));
        if (fits != 0)
        {
            return new BillNumberFormat(fits > 0 ? '.' : ',', IsAssumed: false);
        }

        // Three decimals are rare in money, thousands are not.
        return new BillNumberFormat(doubtful.Count(static separator => separator == ',') * 2 >= doubtful.Length ? '.' : ',', IsAssumed: true);
    }

    public decimal? Read(string? printed) => BillAmount.Of(printed)?.Read(DecimalMark);

    private static BillAmount[] Cells(IEnumerable<string?> printed) => printed.Select(BillAmount.Of).OfType<BillAmount>().ToArray();

    private static char? Vote(BillAmount[] cells)
    {
        int dots = cells.Count(static cell => cell.OwnMark == '.'), commas = cells.Count(static cell => cell.OwnMark == ',');
        return dots == commas ? null : dots > commas ? '.' : ',';
    }

    private static int Fits(BillItem[] rows, char mark)
    {
        var format = new BillNumberFormat(mark, IsAssumed: true);
        return rows.Count(row => BillArithmetic.IsProduct(row.Read(format)) == true);
    }
}
