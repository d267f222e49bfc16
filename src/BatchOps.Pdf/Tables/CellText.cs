using System.Globalization;

namespace BatchOps.Pdf.Tables;

/// <summary>Tells what kind of text a cell holds.</summary>
internal static class CellText
{
    /// <summary>An amount, a percentage, a date in digits: at least as many digits as letters.</summary>
    public static bool IsNumeric(string text)
    {
        int digits = 0, letters = 0;
        foreach (var character in text)
        {
            digits += char.IsDigit(character) ? 1 : 0;
            letters += char.IsLetter(character) ? 1 : 0;
        }

        return digits > 0 && digits >= letters;
    }

    /// <summary>A year, a quarter, an estimate for a year (<c>2024</c>, <c>Q1 2024</c>, <c>2025e</c>): they stand in headers as often as in cells.</summary>
    public static bool IsYear(string text)
    {
        var parts = text.Split([' ', '/'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length <= 3 && parts.Any(IsYearNumber) && parts.All(part => IsYearNumber(part) || !char.IsDigit(part[0]));
    }

    private static bool IsYearNumber(string part) =>
        part.Length is 4 or 5 && int.TryParse(part.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1900 and <= 2100 && (part.Length == 4 || char.IsLetter(part[4]));

    /// <summary>A sign that belongs to the amount beside it: <c>$</c>, <c>%</c>.</summary>
    public static bool IsSign(string text) => text is "%" or "+" or "-" || (text.Length is > 0 and <= 3 && text.All(character => CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.CurrencySymbol));

    /// <summary>What stands before the lines of a list.</summary>
    public static bool IsBullet(string text) =>
        text is "-" or "\u2013" or "\u2014" or "*" or "o" || text.All(character => character is '\u2022' or '\u25cf' or '\u25e6' or '\u25aa' or '\u25a0' or '\u00b7' or '\u2023')
        || (text.Length <= 5 && text[^1] is '.' or ')' && text.TrimEnd('.', ')').TrimStart('(').All(char.IsLetterOrDigit));
}
