using BatchOps.Pdf.Bills;

namespace BatchOps.Pdf.Tests.Bills;

public sealed class BillReconcilerTests
{
    [Fact]
    public void Reconcile_ItemsComeToTheTotal_IsTrue()
    {
        var bill = Sheet.Reconcile(new Sheet(1).Item("A", "10.00", "2", "5.00").Item("B", "2.50").Total("12.50"));

        Check(bill, 12.50m, 12.50m, true, "The rows come to 12.50, and so says the printed total 'Total' of page 1.");
        Assert.Single(bill.Reasons);
        Assert.Equal((2m, 5m, 10m), (bill.Items[0].Quantity, bill.Items[0].Rate, bill.Items[0].Amount));
        Assert.Equal((null, null, 2.5m), (bill.Items[1].Quantity, bill.Items[1].Rate, bill.Items[1].Amount));
    }

    [Fact]
    public void Reconcile_TooLittle_IsFalseWithASignedDifference()
    {
        var bill = Sheet.Reconcile(new Sheet(1).Item("A", "10.00").Total("12.50"));

        Check(bill, 10m, 12.50m, false, "2.50 too little");
        Assert.Equal(-2.50m, bill.Difference);
    }

    [Fact]
    public void Reconcile_TooMuch_IsFalseWithASignedDifference()
    {
        var bill = Sheet.Reconcile(new Sheet(1).Item("A", "15.00").Total("12.50"));

        Check(bill, 15m, 12.50m, false, "2.50 too much");
        Assert.Equal(2.50m, bill.Difference);
    }

    [Fact]
    public void Reconcile_NoPrintedTotal_IsNull() =>
        Check(Sheet.Reconcile(new Sheet(1).Item("A", "10.00").Subtotal("10.00")), 10m, null, null, "no total is printed");

    [Fact]
    public void Reconcile_NoPages_IsNull() => Check(Sheet.Reconcile(), 0m, 0m, null, null);

    [Fact]
    public void Reconcile_SubtotalsAndCarriedSums_AreNotCounted()
    {
        var bill = Sheet.Reconcile(
            new Sheet(1).Item("A", "100.00").Item("B", "50.00").Subtotal("150.00").Item("C", "25.00").Carried("175.00"),
            new Sheet(2).Carried("175.00").Item("D", "25.00").Subtotal("25.00").Row(BillRowKind.Total, "Grand total", "200.00"));

        Check(bill, 200m, 200m, true, "'Grand total' of page 2");
        Assert.Equal(["A", "B", "C", "D"], bill.Items.Select(item => item.Name));
        Assert.Single(bill.Reasons);
    }

    [Fact]
    public void Reconcile_PageTotalsAndRunningTotals_AreBothRight()
    {
        var bill = Sheet.Reconcile(
            new Sheet(1).Item("A", "100.00").Subtotal("100.00"),
            new Sheet(2).Item("B", "50.00").Item("C", "10.00").Subtotal("160.00"),
            new Sheet(3).Item("D", "5.00").Subtotal("5.00").Total("165.00"));

        Check(bill, 165m, 165m, true, null);
        Assert.Single(bill.Reasons);
    }

    [Fact]
    public void Reconcile_WrongSubtotalAndCarriedSum_AreNamed()
    {
        var bill = Sheet.Reconcile(
            new Sheet(1).Item("A", "100.00").Subtotal("110.00").Carried("90.00"),
            new Sheet(2).Item("B", "50.00").Total("150.00"));

        Check(bill, 150m, 150m, true, "Page 1: 'Subtotal' says 110.00, the items above come to 100.00.");
        Assert.Contains("Page 1: 'Carried forward' says 90.00, the items before come to 100.00.", bill.Reasons);
    }

    [Fact]
    public void Reconcile_SumsThatTheModelTookForItems_DoNotCount()
    {
        var bill = Sheet.Reconcile(
            new Sheet(1).Item("A", "100.00").Item("B", "20.00").Item("Sub Total", "120.00").Item("C", "30.00").Item("Total c/f", "150.00"),
            new Sheet(2).Item("Brought forward", "150.00").Item("D", "5.00").Total("155.00"));

        Check(bill, 155m, 155m, true, "Page 1: 'Sub Total' 120.00 is the sum of rows above, no item: it does not count.");
        Assert.Equal(["A", "B", "C", "D"], bill.Items.Select(item => item.Name));
    }

    [Theory]
    [InlineData("Total station hire", "120.00", "1")]
    [InlineData("Total station hire", "99.00", null)]
    [InlineData("Glue", "120.00", null)]
    public void Reconcile_ItemThatOnlyLooksLikeASum_Counts(string name, string amount, string? quantity) =>
        Assert.Equal(3, Sheet.Reconcile(new Sheet(1).Item("A", "100.00").Item("B", "20.00").Item(name, amount, quantity)).Items.Count);

    [Fact]
    public void Reconcile_IdenticalRows_AllStay()
    {
        var bill = Sheet.Reconcile(new Sheet(1).Item("Syringe", "5.00", "1", "5.00").Item("Syringe", "5.00", "1", "5.00").Item("Syringe", "5.00", "1", "5.00").Total("15.00"));

        Check(bill, 15m, 15m, true, null);
        Assert.Equal(3, bill.Items.Count);
    }

    [Theory]
    [InlineData("10.00")]
    [InlineData("-10.00")]
    [InlineData("(10.00)")]
    public void Reconcile_TaxAndDiscount_AreAddedAndTakenOff(string discount)
    {
        var bill = Sheet.Reconcile(new Sheet(1).Item("A", "100.00").Subtotal("100.00").Discount(discount).Tax("9.00", "CGST").Tax("9.00", "SGST").Total("108.00"));

        Check(bill, 108m, 108m, true, "100.00 + 18.00 tax - 10.00 discount = 108.00");
        Assert.Equal((100m, 18m, 10m), (bill.Bills[0].ItemsTotal, bill.Bills[0].Tax, bill.Bills[0].Discount));
    }

    [Fact]
    public void Reconcile_IdenticalTaxRows_AreBothAdded() =>
        Check(Sheet.Reconcile(new Sheet(1).Item("A", "100.00").Tax("9.00").Tax("9.00").Discount("1.00").Discount("1.00").Total("116.00")), 116m, 116m, true, "18.00 tax - 2.00 discount");

    [Fact]
    public void Reconcile_TaxThatAmountsHold_IsNotAdded()
    {
        var bill = Sheet.Reconcile(new Sheet(1).Item("A", "119,00").Tax("19,00", "darin MwSt 19 %").Total("119,00"));

        Check(bill, 119m, 119m, true, "hold the taxes already");
        Assert.Equal(0, bill.Bills[0].Tax);
    }

    [Fact]
    public void Reconcile_DiscountThatAmountsHold_IsNotTakenOff() =>
        Check(Sheet.Reconcile(new Sheet(1).Item("A", "90.00").Discount("10.00", "You saved").Tax("9.00").Total("99.00")), 99m, 99m, true, "after the discounts already");

    [Fact]
    public void Reconcile_TaxThatFitsNeitherWay_IsAddedAndFalse() =>
        Check(Sheet.Reconcile(new Sheet(1).Item("A", "100.00").Tax("8.00").Total("118.00")), 108m, 118m, false, "10.00 too little");

    [Theory]
    [InlineData(BillRowKind.Tax, "0.40", "100.00")]
    [InlineData(BillRowKind.Tax, "-0.60", "99.00")]
    [InlineData(BillRowKind.Discount, "0.60", "99.00")]
    public void Reconcile_PrintedRounding_Counts(BillRowKind kind, string rounding, string total)
    {
        var bill = Sheet.Reconcile(new Sheet(1).Item("A", "99.60").Tax("9.00", "incl. VAT").Row(kind, "Round off", rounding).Total(total));

        Assert.True(bill.Reconciled);
        Assert.Equal(BillAmount.Of(total)!.Value.Read('.'), bill.ReconciledTotal);
    }

    [Fact]
    public void Reconcile_RoundingThatIsNotPrinted_IsADifference() =>
        Check(Sheet.Reconcile(new Sheet(1).Item("A", "99.60").Total("100")), 99.60m, 100m, false, "0.40 too little");

    [Fact]
    public void Reconcile_NegativeRows_LowerTheTotal()
    {
        var bill = Sheet.Reconcile(new Sheet(1).Item("Tablets", "120.00", "12", "10.00").Item("Returned tablets", "-20.00", "2", "10.00").Item("Credit", "(5.00)").Item("Refund", "3.00 CR").Total("92.00"));

        Check(bill, 92m, 92m, true, null);
        Assert.Single(bill.Reasons);
    }

    [Fact]
    public void Reconcile_IndianNumbers_AreRead()
    {
        var bill = Sheet.Reconcile(new Sheet(1, currency: "INR").Item("Surgery", "1,23,456.50", "1", "1,23,456.50").Item("Room", "10,000", "4", "2,500").Total("₹ 1,33,456.50"));

        Check(bill, 133_456.50m, 133_456.50m, true, null);
        Assert.Single(bill.Reasons);
    }

    [Fact]
    public void Reconcile_EuropeanNumbers_AreReadByTheWholeBill()
    {
        var bill = Sheet.Reconcile(
            new Sheet(1).Item("Pumpe", "1.234", "1", "1.234").Item("Rohr", "2.000", "1.000", "2"),
            new Sheet(2).Item("Schraube", "0,50").Total("3.234,50 EUR"));

        Check(bill, 3234.50m, 3234.50m, true, null);
        Assert.Equal(1000, bill.Items[1].Quantity);
        Assert.Equal(1234, bill.Pages[0].Rows[0].Amount);
        Assert.Single(bill.Reasons);
    }

    [Fact]
    public void Reconcile_SpacesAndApostrophes_AreThousands()
    {
        Check(Sheet.Reconcile(new Sheet(1).Item("A", "1 234,50").Item("B", "1 000,00").Total("2 234,50")), 2234.50m, 2234.50m, true, null);
        Check(Sheet.Reconcile(new Sheet(1).Item("A", "1'234.50").Item("B", "1'000.00").Total("2'234.50")), 2234.50m, 2234.50m, true, null);
    }

    [Fact]
    public void Reconcile_SummaryWithDetails_CountsTheDetails()
    {
        var bill = Sheet.Reconcile(
            new Sheet(1, BillPageType.FinalBill).Item("Room", "500.00").Item("Pharmacy", "100.00").Discount("50.00").Total("550.00"),
            new Sheet(2).Item("Room day 1", "250.00").Item("Room day 2", "250.00").Subtotal("500.00"),
            new Sheet(3, BillPageType.Pharmacy).Item("Tablets", "60.00").Item("Syrup", "40.00").Subtotal("100.00"));

        Check(bill, 550m, 550m, true, "Page 1 sums up what other pages list");
        Assert.Equal(["Room day 1", "Room day 2", "Tablets", "Syrup"], bill.Items.Select(item => item.Name));
    }

    [Fact]
    public void Reconcile_SummaryThatRepeatsTheTax_CountsItOnce()
    {
        var bill = Sheet.Reconcile(
            new Sheet(1).Item("A", "100.00").Tax("18.00").Row(BillRowKind.Total, "Total", "118.00"),
            new Sheet(2, BillPageType.FinalBill).Item("Goods", "100.00").Tax("18.00").Total("118.00"));

        Check(bill, 118m, 118m, true, null);
    }

    [Fact]
    public void Reconcile_SummaryThatRoundsWhatDetailsTax_CountsBoth() =>
        Check(
            Sheet.Reconcile(
                new Sheet(1).Item("A", "100.20").Tax("18.40"),
                new Sheet(2, BillPageType.FinalBill).Item("Goods", "100.20").Tax("18.40").Tax("0.40", "Round off").Total("119.00")),
            119m,
            119m,
            true,
            "+ 18.40 tax + 0.40 rounding");

    [Fact]
    public void Reconcile_SummaryBeforeDetailsWithATotalOfTheirOwn_DecidesTheTotal() =>
        Check(
            Sheet.Reconcile(
                new Sheet(1, BillPageType.FinalBill).Item("Goods", "600.00").Discount("50.00").Total("550.00"),
                new Sheet(2).Item("A", "400.00").Item("B", "200.00").Total("600.00")),
            550m,
            550m,
            true,
            "There are other totals: 'Total' 600.00 on page 2.");

    [Fact]
    public void Reconcile_SummaryFirstAndARunningSumTakenForAnItem_DoesNotCountIt() =>
        Check(
            Sheet.Reconcile(
                new Sheet(1, BillPageType.FinalBill).Item("Room", "500.00").Item("Pharmacy", "100.00").Total("600.00"),
                new Sheet(2).Item("Room", "500.00"),
                new Sheet(3).Item("Tablets", "60.00").Item("Syrup", "40.00").Item("Total so far", "600.00")),
            600m,
            600m,
            true,
            "'Total so far' 600.00 is the sum of rows above");

    [Fact]
    public void Reconcile_SubtotalAfterTax_IsRight() =>
        Assert.Single(Sheet.Reconcile(new Sheet(1).Item("A", "100.00").Tax("18.00").Subtotal("118.00").Total("118.00")).Reasons);

    [Fact]
    public void Reconcile_SummaryAlone_IsCounted() =>
        Check(Sheet.Reconcile(new Sheet(1, BillPageType.FinalBill).Item("Room", "500.00").Item("Pharmacy", "100.00").Total("600.00")), 600m, 600m, true, null);

    [Fact]
    public void Reconcile_LastPageTakenForASummary_CountsWhenTheTotalSaysSo()
    {
        var bill = Sheet.Reconcile(
            new Sheet(1).Item("A", "100.00").Item("B", "50.00"),
            new Sheet(2, BillPageType.FinalBill).Item("C", "25.00").Total("175.00"));

        Check(bill, 175m, 175m, true, "looked like a summary");
        Assert.Equal(3, bill.Items.Count);
    }

    [Fact]
    public void Reconcile_PaymentsAndBalance_AreNoTotals()
    {
        var bill = Sheet.Reconcile(new Sheet(1).Item("A", "100.00").Total("100.00").Total("60.00", "Paid", BillTotalKind.Payment).Total("40.00", "Due", BillTotalKind.Balance));

        Check(bill, 100m, 100m, true, null);
    }

    [Fact]
    public void Reconcile_TotalBeforeTaxFits_LastTotalStillDecides() =>
        Check(Sheet.Reconcile(new Sheet(1).Item("A", "100.00").Total("100.00", "Total").Total("118.00", "Grand total")), 100m, 118m, false, "There are other totals: 'Total' 100.00 on page 1.");

    [Fact]
    public void Reconcile_TwoBillsByNumber_AreReconciledApart()
    {
        var file = Sheet.Reconcile(
            new Sheet(1, bill: "INV 1").Item("A", "100.00").Total("100.00"),
            new Sheet(2, bill: "INV 2").Item("B", "1.234").Item("C", "5,00"),
            new Sheet(3, bill: "inv-2").Item("D", "7,00").Total("1.246,00"));

        Check(file, 1346m, 1346m, true, "Bill INV 2: The rows come to 1,246.00");
        Assert.Equal([[1], [2, 3]], file.Bills.Select(bill => bill.Pages));
        Assert.Contains("There are 2 bills in the file.", file.Reasons);
    }

    [Fact]
    public void Reconcile_TwoBillsOneWrong_IsFalse()
    {
        var file = Sheet.Reconcile(new Sheet(1, bill: "1").Item("A", "10.00").Total("10.00"), new Sheet(2, bill: "2").Item("B", "5.00").Total("7.00"));

        Check(file, 15m, 17m, false, "Bill 2: The rows come to 5.00, but");
        Assert.Equal([true, false], file.Bills.Select(bill => bill.Reconciled));
    }

    [Fact]
    public void Reconcile_DifferencesThatCancelOut_AreStillFalse() =>
        Check(Sheet.Reconcile(new Sheet(1, bill: "1").Item("A", "12.00").Total("10.00"), new Sheet(2, bill: "2").Item("B", "5.00").Total("7.00")), 17m, 17m, false, null);

    [Fact]
    public void Reconcile_TwoBillsWithoutNumbers_AreToldByTheirTotals()
    {
        var file = Sheet.Reconcile(
            new Sheet(1).Item("A", "10.00").Total("10.00"),
            new Sheet(2).Item("B", "5.00").Carried("5.00"),
            new Sheet(3).Carried("5.00").Item("C", "2.00").Total("7.00"));

        Check(file, 17m, 17m, true, "There are 2 bills in the file.");
    }

    [Fact]
    public void Reconcile_TwoBillsOfTheSameTotal_BothCount() =>
        Check(Sheet.Reconcile(new Sheet(1, bill: "1").Item("A", "10.00").Total("10.00"), new Sheet(2, bill: "2").Item("A", "10.00").Total("10.00")), 20m, 20m, true, null);

    [Fact]
    public void Reconcile_BillWithoutATellingNumber_IsReadByTheWholeFile() =>
        Check(Sheet.Reconcile(new Sheet(1, bill: "1").Item("A", "5.00").Total("5.00"), new Sheet(2, bill: "2").Item("B", "1.234").Total("1.234")), 6.234m, 6.234m, true, null);

    [Fact]
    public void Reconcile_TotalOfNothing_IsNoBillOfItsOwn()
    {
        var file = Sheet.Reconcile(new Sheet(1).Item("A", "10.00").Total("10.00"), new Sheet(2).Total("0.00"));

        Check(file, 10m, 0m, false, "There are other totals: 'Total' 10.00 on page 1.");
        Assert.Single(file.Bills);
    }

    [Fact]
    public void Reconcile_OneBillWithWrongTotals_IsNotTakenApart()
    {
        var file = Sheet.Reconcile(new Sheet(1).Item("A", "10.00").Total("10.00"), new Sheet(2).Item("B", "5.00").Total("16.00"));

        Check(file, 15m, 16m, false, null);
        Assert.Single(file.Bills);
    }

    [Fact]
    public void Reconcile_SummaryOfNumberedBills_IsNotCountedTwice()
    {
        var file = Sheet.Reconcile(
            new Sheet(1, BillPageType.FinalBill, bill: "F1").Item("Room", "500.00").Item("Pharmacy", "100.00").Discount("20.00").Total("580.00"),
            new Sheet(2, bill: "R1").Item("Room", "500.00").Total("500.00"),
            new Sheet(3, BillPageType.Pharmacy, bill: "P1").Item("Tablets", "100.00").Total("100.00"));

        Check(file, 580m, 580m, true, "Bill F1: it sums up the other bills");
        Assert.Equal(["Room", "Tablets"], file.Items.Select(item => item.Name));
    }

    [Fact]
    public void Reconcile_DifferentCurrencies_HaveNoTotalOfAll()
    {
        var file = Sheet.Reconcile(new Sheet(1, bill: "1", currency: "EUR").Item("A", "10.00").Total("10.00"), new Sheet(2, bill: "2", currency: "CHF").Item("B", "5.00").Total("5.00"));

        Check(file, null, null, true, "different currencies (EUR, CHF)");
        Assert.Null(file.Difference);
    }

    [Fact]
    public void Reconcile_PageFailed_TheRestStands()
    {
        var bill = Sheet.Reconcile(
            new Sheet(1).Item("A", "100.00"),
            BillPage.Failed(2, "the answer was cut off.", new BillTokenUsage(300, 30)),
            new Sheet(3).Carried("150.00").Item("C", "10.00").Subtotal("160.00").Total("160.00"));

        Check(bill, 110m, 160m, false, "Page 2 failed, and so its rows are missing: the answer was cut off.");
        Assert.Equal([2], bill.PagesFailed);
        Assert.Equal(new BillTokenUsage(500, 50), bill.Usage);
        Assert.Equal(["A", "C"], bill.Items.Select(item => item.Name));
        Assert.DoesNotContain(bill.Reasons, reason => reason.Contains("'Carried forward' says", StringComparison.Ordinal));
    }

    [Fact]
    public void Reconcile_TotalHoldsWithoutTheFailedPage_IsNull()
    {
        var bill = Sheet.Reconcile(BillPage.Failed(1, "no answer.", BillTokenUsage.None), new Sheet(2).Item("A", "100.00").Total("100.00"));

        Check(bill, 100m, 100m, null, "whether those hold another bill is not known");
        Assert.True(bill.Bills[0].Reconciled);
    }

    [Fact]
    public void Reconcile_AllPagesFailed_IsNull() =>
        Check(Sheet.Reconcile(BillPage.Failed(1, "no answer.", BillTokenUsage.None)), 0m, null, null, "Page 1 failed");

    [Fact]
    public void Reconcile_AmountThatCannotBeRead_IsNamedAndNotCounted()
    {
        var bill = Sheet.Reconcile(new Sheet(1).Item("A", "10.00").Item("B", "1O.OO x").Item("Gift", null).Total("10.00"));

        Check(bill, 10m, 10m, true, "Page 1: the amount of 'B' can't be read: '1O.OO x'.");
        Assert.Contains("Page 1: 'Gift' has no amount.", bill.Reasons);
        Assert.Equal(3, bill.Items.Count);
    }

    [Fact]
    public void Reconcile_QuantityTimesRateIsNotTheAmount_IsNamed()
    {
        var bill = Sheet.Reconcile(new Sheet(1).Item("A", "25.00", "2", "10.00").Item("Thirds", "10.00", "3", "3.33").Total("35.00"));

        Check(bill, 35m, 35m, true, "Page 1: 'A' is 2.00 x 10.00 = 20.00, printed is 25.00.");
        Assert.Equal(2, bill.Reasons.Count);
    }

    [Fact]
    public void Reconcile_ManyProblems_AreCounted()
    {
        var sheet = new Sheet(1);
        for (var index = 0; index < 40; index++)
        {
            sheet.Item("A", "25.00", "2", "10.00");
        }

        var bill = Sheet.Reconcile(sheet.Total("1000.00"));

        Assert.True(bill.Reconciled);
        Assert.Contains("And 35 more like this.", bill.Reasons);
    }

    [Fact]
    public void Reconcile_PagesOutOfOrder_ComeInOrder()
    {
        var bill = Sheet.Reconcile(new Sheet(2).Item("B", "5.00").Total("15.00"), new Sheet(1).Item("A", "10.00"));

        Assert.Equal(["A", "B"], bill.Items.Select(item => item.Name));
    }

    private static void Check(BillDocument document, decimal? total, decimal? printed, bool? reconciled, string? reason)
    {
        Assert.Equal(total, document.ReconciledTotal);
        Assert.Equal(printed, document.PrintedTotal);
        Assert.Equal(reconciled, document.Reconciled);
        if (reason is not null)
        {
            Assert.Contains(document.Reasons, said => said.Contains(reason, StringComparison.Ordinal));
        }
    }
}
