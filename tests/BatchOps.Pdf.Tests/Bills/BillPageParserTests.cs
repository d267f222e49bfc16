using BatchOps.Engine;
using BatchOps.Pdf.Bills;

namespace BatchOps.Pdf.Tests.Bills;

public sealed class BillPageParserTests
{
    private const string Row = """{"row_kind":"item","item_name":"Glue","item_quantity":"2","item_rate":"1.50","item_amount":"3.00"}""";

    [Fact]
    public void Parse_WholeAnswer_IsRead()
    {
        var page = BillPageParser.Parse(
            """
            {"page_type":"final_bill","bill_number":" A 7 ","currency":"EUR",
             "rows":[{"row_kind":"carried_forward","item_name":"Brought forward","item_quantity":null,"item_rate":"","item_amount":"1.234,50"}],
             "printed_totals":[{"kind":"balance","label":"Due","amount":"1.000"}]}
            """,
            pageNumber: 3);

        Assert.Equal((3, BillPageType.FinalBill, "A 7", "EUR"), (page.PageNumber, page.PageType, page.BillNumber, page.Currency));
        Assert.Equal(new BillItem { PageNumber = 3, Kind = BillRowKind.CarriedForward, Name = "Brought forward", Amount = 1234.50m, AmountAsPrinted = "1.234,50" }, page.Rows.Single());
        Assert.Equal(new BillTotal { PageNumber = 3, Kind = BillTotalKind.Balance, Label = "Due", Amount = 1000m, AmountAsPrinted = "1.000" }, page.PrintedTotals.Single());
        Assert.Empty(page.Items);
        Assert.Null(page.Error);
    }

    [Fact]
    public void Parse_WhatMayBeMissing_IsNull()
    {
        var page = BillPageParser.Parse("""{"page_type":"other","rows":[{"row_kind":"item","item_name":"Gift"}],"printed_totals":[]}""", pageNumber: 1);

        Assert.Equal((null, null), (page.BillNumber, page.Currency));
        Assert.Equal(new BillItem { PageNumber = 1, Kind = BillRowKind.Item, Name = "Gift" }, page.Rows.Single());
    }

    [Theory]
    [InlineData("", "is no JSON")]
    [InlineData("Here is the bill: {}", "is no JSON")]
    [InlineData("""{"page_type":"other","rows":[""", "is no JSON")]
    [InlineData("""{"page_type":"other","rows":[],"rows":[],"printed_totals":[]}""", "is no JSON")]
    [InlineData("[]", "The answer is not an object, but array")]
    [InlineData("{}", "page_type is missing")]
    [InlineData("""{"page_type":"letter","rows":[],"printed_totals":[]}""", "page_type is 'letter', which is none of bill_detail, final_bill, pharmacy, other")]
    [InlineData("""{"page_type":"other","printed_totals":[]}""", "rows is missing")]
    [InlineData("""{"page_type":"other","rows":{},"printed_totals":[]}""", "rows is not a list, but object")]
    [InlineData("""{"page_type":"other","rows":[]}""", "printed_totals is missing")]
    [InlineData("""{"page_type":"other","rows":[7],"printed_totals":[]}""", "rows[0] is not an object, but number")]
    [InlineData("""{"page_type":"other","rows":[{"row_kind":"item"}],"printed_totals":[]}""", "rows[0].item_name is missing")]
    [InlineData("""{"page_type":"other","rows":[{"row_kind":"gift","item_name":"x"}],"printed_totals":[]}""", "rows[0].row_kind is 'gift'")]
    [InlineData("""{"page_type":"other","rows":[{"row_kind":"item","item_name":"x","item_amount":3.5}],"printed_totals":[]}""", "rows[0].item_amount is not a text or null, but number")]
    [InlineData("""{"page_type":"other","rows":[],"printed_totals":[{"kind":"total","label":"x"}]}""", "printed_totals[0].amount is missing")]
    [InlineData("""{"page_type":"other","bill_number":"\ud800","rows":[],"printed_totals":[]}""", "no Unicode")]
    public void Parse_WhatDoesNotFit_SaysWhere(string answer, string problem)
    {
        var error = Assert.Throws<BillAnswerException>(() => BillPageParser.Parse(answer, pageNumber: 1));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal(OutcomeClass.Transient, OutcomeClassifier.Classify(error).Class);
    }

    [Fact]
    public void Parse_CellWithoutEnd_IsRefused()
    {
        var answer = $$"""{"page_type":"other","rows":[{{Row}},{"row_kind":"item","item_name":"{{new string('x', 3000)}}"}],"printed_totals":[]}""";

        Assert.Contains("rows[1].item_name is 3000 characters long", Assert.Throws<BillAnswerException>(() => BillPageParser.Parse(answer, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_Words_AreThoseOfTheRecords()
    {
        Assert.Equal(Enum.GetNames<BillPageType>(), BillSchema.PageTypes.Select(Name));
        Assert.Equal(Enum.GetNames<BillRowKind>(), BillSchema.RowKinds.Select(Name));
        Assert.Equal(Enum.GetNames<BillTotalKind>(), BillSchema.TotalKinds.Select(Name));

        static string Name(string word) => string.Concat(word.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
    }

    [Fact]
    public void Schema_Dialects_DifferInWhatServicesRefuse()
    {
        var strict = BillSchema.For(BillSchemaDialect.OpenAI).ToString();
        var gemini = BillSchema.For(BillSchemaDialect.Gemini).ToString();

        Assert.Contains("\"additionalProperties\":false", strict, StringComparison.Ordinal);
        Assert.All(["additionalProperties", "anyOf", "$ref", "null"], word => Assert.DoesNotContain(word, gemini, StringComparison.Ordinal));
    }
}
