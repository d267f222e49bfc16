using System.Globalization;

namespace BatchOps.Pdf.Tests.Bills;

/// <summary>How a country prints amounts.</summary>
internal sealed record NumberStyle(string Name, string Currency, string Group, string Mark, bool IsIndian = false)
{
    public static IReadOnlyList<NumberStyle> All { get; } =
    [
        new("English", "USD", ",", "."),
        new("Indian", "INR", ",", ".", IsIndian: true),
        new("European", "EUR", ".", ","),
        new("French", "EUR", " ", ","),
        new("Swiss", "CHF", "'", "."),
        new("Plain", "GBP", "", "."),
    ];

    /// <summary>An amount with two decimals; a negative one by the sign that is given.</summary>
    public string Amount(decimal amount, string sign = "-#")
    {
        var digits = Math.Abs(amount).ToString("0.00", CultureInfo.InvariantCulture);
        var text = Groups(digits[..^3]) + Mark + digits[^2..];
        return amount < 0 ? sign.Replace("#", text, StringComparison.Ordinal) : text;
    }

    /// <summary>A number of pieces, without decimals where it has none.</summary>
    public string Quantity(decimal quantity) =>
        quantity == decimal.Truncate(quantity) ? Groups(quantity.ToString("0", CultureInfo.InvariantCulture)) : Amount(quantity);

    private string Groups(string digits)
    {
        var text = digits[Math.Max(0, digits.Length - 3)..];
        var size = IsIndian ? 2 : 3;
        for (var end = digits.Length - 3; end > 0; end -= size)
        {
            text = digits[Math.Max(0, end - size)..end] + Group + text;
        }

        return text;
    }
}
