namespace BatchOps.Pdf.Tests;

public sealed class PageRangesTests
{
    [Theory]
    [InlineData(null, "1 2 3 4 5 6 7 8 9")]
    [InlineData(" ", "1 2 3 4 5 6 7 8 9")]
    [InlineData("1-3,7,-1", "1 2 3 7 9")]
    [InlineData("5-", "5 6 7 8 9")]
    [InlineData("-3--1", "7 8 9")]
    [InlineData("2--2", "2 3 4 5 6 7 8")]
    [InlineData("-3-", "7 8 9")]
    [InlineData(" 3 - 4 , 1 ", "3 4 1")]
    [InlineData("2,1-3,2", "2 1 3")]
    public void Parse_Ranges_GivesPagesInOrderEachOnce(string? ranges, string pages) =>
        Assert.Equal(pages, string.Join(' ', PageRanges.Parse(ranges, 9)));

    [Theory]
    [InlineData("12", "Page 12 does not exist: the file has 9 pages; ask for 1-9.")]
    [InlineData("1-10", "Page 10 does not exist")]
    [InlineData("-10", "Page -10 does not exist")]
    [InlineData("5-3", "Page range '5-3' runs backwards, from 5 to 3; write '3-5'.")]
    [InlineData("0", "'0' in '0' is no page range")]
    [InlineData("1,,3", "'' in '1,,3' is no page range")]
    [InlineData("a", "'a' in 'a' is no page range")]
    [InlineData("1-b", "'1-b' in '1-b' is no page range")]
    [InlineData("+1", "'+1' in '+1' is no page range")]
    [InlineData("-", "'-' in '-' is no page range")]
    public void Parse_WhatCantBe_ThrowsWithValueAndRemedy(string ranges, string message)
    {
        var exception = Assert.Throws<PdfException>(() => PageRanges.Parse(ranges, 9));

        Assert.Equal(PdfFault.PageRange, exception.Fault);
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }
}
