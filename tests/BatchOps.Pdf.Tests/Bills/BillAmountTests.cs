using System.Globalization;
using BatchOps.Pdf.Bills;

namespace BatchOps.Pdf.Tests.Bills;

public sealed class BillAmountTests
{
    [Theory]
    [InlineData("1234.56", "1234.56")]
    [InlineData("1,234.56", "1234.56")]
    [InlineData("1,23,456.78", "123456.78")]
    [InlineData("12,34,56,789", "123456789")]
    [InlineData("1.234,56", "1234.56")]
    [InlineData("1.234.567", "1234567")]
    [InlineData("1 234,56", "1234.56")]
    [InlineData("1\u00A0234,56", "1234.56")]
    [InlineData("1\u202F234\u202F567,8", "1234567.8")]
    [InlineData("1'234.50", "1234.50")]
    [InlineData("1\u2019234\u2019567.5", "1234567.5")]
    [InlineData("1'234.500", "1234.500")]
    [InlineData("12,5", "12.5")]
    [InlineData("0,500", "0.500")]
    [InlineData("1234,567", "1234.567")]
    [InlineData("7", "7")]
    [InlineData("0", "0")]
    [InlineData("00.50", "0.50")]
    public void Read_NumberThatTellsItsFormat_NeedsNoMark(string printed, string expected)
    {
        var number = decimal.Parse(expected, CultureInfo.InvariantCulture);

        Assert.Equal(number, BillAmount.Of(printed)!.Value.Read('.'));
        Assert.Equal(number, BillAmount.Of(printed)!.Value.Read(','));
    }

    [Theory]
    [InlineData("(12.50)", "-12.50")]
    [InlineData("($12.50)", "-12.50")]
    [InlineData("-12.50", "-12.50")]
    [InlineData("- 12.50", "-12.50")]
    [InlineData("\u221212.50", "-12.50")]
    [InlineData("12.50-", "-12.50")]
    [InlineData("12.50 -", "-12.50")]
    [InlineData("12.50 CR", "-12.50")]
    [InlineData("12.50Cr.", "-12.50")]
    [InlineData("12.50 DR", "12.50")]
    [InlineData("€ -12,50", "-12.50")]
    [InlineData("-€12,50", "-12.50")]
    [InlineData("+12.50", "12.50")]
    public void Read_Sign_IsKept(string printed, string expected) =>
        Assert.Equal(decimal.Parse(expected, CultureInfo.InvariantCulture), BillAmount.Of(printed)!.Value.Read('.'));

    [Theory]
    [InlineData("₹1,23,456.78", "123456.78")]
    [InlineData("Rs.500.00", "500.00")]
    [InlineData("Rs. 500/-", "500")]
    [InlineData("12,-", "12")]
    [InlineData("12.\u2014", "12")]
    [InlineData("CHF 1'234.50", "1234.50")]
    [InlineData("1.234,56 €", "1234.56")]
    [InlineData("12.50 USD", "12.50")]
    [InlineData("2 Nos", "2")]
    [InlineData("1.5 kg", "1.5")]
    [InlineData("$.50", "0.50")]
    [InlineData("1, 234.50", "1234.50")]
    [InlineData("\u0661\u0662\u066B\u0665\u0660", "12.50")]
    [InlineData("\u0967\u0968.\u096B\u0966", "12.50")]
    public void Read_WhatStandsAroundANumber_IsLeftOut(string printed, string expected) =>
        Assert.Equal(decimal.Parse(expected, CultureInfo.InvariantCulture), BillAmount.Of(printed)!.Value.Read('.'));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("Nil")]
    [InlineData("free")]
    [InlineData("18%")]
    [InlineData("2 x 10.00")]
    [InlineData("12/03/2024")]
    [InlineData("12 34")]
    [InlineData("1O.OO")]
    [InlineData("1.O0")]
    [InlineData("O.50")]
    [InlineData("1.234.56")]
    [InlineData("12,34.567,8")]
    [InlineData("1,2345,678")]
    [InlineData("1.234'567,5")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("1.00000000000000000000000000001")]
    public void Read_NoNumberOrMoreThanOne_IsNull(string? printed) => Assert.Null(BillAmount.Of(printed)?.Read('.'));

    [Theory]
    [InlineData("1,234", '.', "1234")]
    [InlineData("1,234", ',', "1.234")]
    [InlineData("1.234", '.', "1.234")]
    [InlineData("1.234", ',', "1234")]
    public void Read_OneSeparatorBeforeThreeDigits_IsUpToTheMark(string printed, char mark, string expected)
    {
        var amount = BillAmount.Of(printed)!.Value;

        Assert.Null(amount.OwnMark);
        Assert.Equal(decimal.Parse(expected, CultureInfo.InvariantCulture), amount.Read(mark));
    }

    [Fact]
    public void Format_OneCellThatTells_DecidesForAll()
    {
        BillPage european = new Sheet(1).Item("A", "1.234").Item("B", "5,00");
        BillPage english = new Sheet(1).Item("A", "1.234").Item("B", "5.00");

        Assert.Equal(new BillNumberFormat(',', IsAssumed: false), BillNumberFormat.Of([european]));
        Assert.Equal(new BillNumberFormat('.', IsAssumed: false), BillNumberFormat.Of([english]));
    }

    [Fact]
    public void Format_Amounts_OutvoteQuantities()
    {
        BillPage page = new Sheet(1).Item("A", "1.234,00", "1.5").Item("B", "2.000", "2.25");

        Assert.Equal(',', BillNumberFormat.Of([page]).DecimalMark);
    }

    [Fact]
    public void Format_OnlyDoubtfulCells_AreDecidedByQuantityTimesRate()
    {
        BillPage thousands = new Sheet(1).Item("A", "1,234", "2", "617").Item("B", "3,000", "1", "3,000");
        BillPage decimals = new Sheet(1).Item("A", "3,750", "3,000", "1,250").Item("B", "1,500", "1,000", "1,500");

        Assert.Equal(new BillNumberFormat('.', IsAssumed: false), BillNumberFormat.Of([thousands]));
        Assert.Equal(new BillNumberFormat(',', IsAssumed: false), BillNumberFormat.Of([decimals]));
    }

    [Fact]
    public void Format_NothingDecides_ThousandsAreAssumed()
    {
        BillPage comma = new Sheet(1).Item("A", "1,234").Item("B", "12");
        BillPage dot = new Sheet(1).Item("A", "1.234").Item("B", "12");

        Assert.Equal(new BillNumberFormat('.', IsAssumed: true), BillNumberFormat.Of([comma]));
        Assert.Equal(new BillNumberFormat(',', IsAssumed: true), BillNumberFormat.Of([dot]));
        Assert.Equal(1246, Sheet.Reconcile(dot).ReconciledTotal);
        Assert.Contains(Sheet.Reconcile(dot).Reasons, reason => reason.Contains("thousands are assumed", StringComparison.Ordinal));
    }
}
