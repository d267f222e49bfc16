using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace BatchOps.Pdf.Bills;

/// <summary>
/// A number as a bill prints it: <c>1,23,456.78</c>, <c>1.234,56</c>, <c>1 234,56</c>, <c>1'234.50</c>, <c>(5.00)</c>,
/// <c>5.00-</c>, <c>5.00 CR</c>, <c>Rs. 500/-</c>. What <c>1,234</c> means it can't tell by itself.
/// </summary>
internal readonly partial record struct BillAmount
{
    // A separator that never comes before decimals: an apostrophe or a space.
    private const char Group = '\'';
    private const string Dashes = "-\u2010\u2011\u2012\u2013\u2014\u2212\uFE63\uFF0D";
    private const string Apostrophes = "'\u2019\u02BC\u00B4`\u066C";

    // More is no amount; within it, products can't overflow.
    private const int MostDecimals = 10;
    private const decimal Most = 1e13m;

    private readonly string _digits;
    private readonly bool _isNegative;

    private BillAmount(string digits, bool isNegative)
    {
        _digits = digits;
        _isNegative = isNegative;
        OwnMark = FindMark(digits);
    }

    /// <summary>The mark before the decimals, <c>.</c> or <c>,</c>, when the number itself leaves no doubt; else null.</summary>
    public char? OwnMark { get; }

    /// <summary>Its only separator, when it may stand before decimals as well as between thousands; else null.</summary>
    public char? DoubtfulSeparator => OwnMark is null && _digits.IndexOfAny(['.', ',']) is >= 0 and var at ? _digits[at] : null;

    /// <summary>Takes a printed text apart; null when it holds no number, or more than one.</summary>
    public static BillAmount? Of(string? printed)
    {
        var text = printed?.Trim() ?? "";
        var first = text.TakeWhile(static character => !char.IsDigit(character)).Count();
        if (first == text.Length || text.Contains('%', StringComparison.Ordinal))
        {
            return null;
        }

        var last = text.Length - 1 - text.Reverse().TakeWhile(static character => !char.IsDigit(character)).Count();
        var (before, after) = (text[..first], text[(last + 1)..]);
        if (ZeroAsLetter().IsMatch(text) || Normalize(text.AsSpan(first, last + 1 - first)) is not { } digits)
        {
            return null;
        }

        // ".50", but not "Rs.50".
        if (before is [.., ('.' or ',') and var mark] && (before.Length == 1 || !char.IsLetter(before[^2])))
        {
            digits = $"0{mark}{digits}";
        }

        return new BillAmount(digits, IsNegative(before, after));
    }

    /// <summary>The number; null when its groups make no sense.</summary>
    /// <param name="mark">What stands before decimals where the number itself does not tell.</param>
    public decimal? Read(char mark)
    {
        var at = _digits.LastIndexOf(OwnMark ?? mark);
        var whole = at < 0 ? _digits : _digits[..at];
        var fraction = at < 0 ? "" : _digits[(at + 1)..];
        var groups = whole.Split('.', ',', Group);
        var isGrouped = groups.Length > 1;
        if (fraction.Length > MostDecimals || fraction.AsSpan().ContainsAny(".,'")
            || (isGrouped && (groups[0].Length is 0 or > 3 || groups[^1].Length != 3 || groups[1..^1].Any(static group => group.Length is not (2 or 3))))
            || (isGrouped && whole.Where(static character => !char.IsAsciiDigit(character)).Distinct().Count() > 1))
        {
            return null;
        }

        return decimal.TryParse($"{string.Concat(groups)}.{fraction}", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number < Most
            ? _isNegative ? -number : number
            : null;
    }

    private static char? FindMark(string digits)
    {
        int dots = digits.Count(static character => character == '.'), commas = digits.Count(static character => character == ',');
        if (dots + commas == 0)
        {
            return null;
        }

        if (dots > 0 && commas > 0)
        {
            return digits[digits.LastIndexOfAny(['.', ','])];
        }

        if (dots + commas > 1)
        {
            return dots > 0 ? ',' : '.';
        }

        var at = digits.IndexOfAny(['.', ',']);
        var isDoubtful = digits.Length - at - 1 == 3 && at <= 3 && digits[..at] != "0";
        return isDoubtful ? null : digits[at];
    }

    private static bool IsNegative(string before, string after)
    {
        // "12,-" and "12/-" say that there are no cents.
        var rest = after.TrimStart();
        return before.AsSpan().ContainsAny(Dashes)
            || (rest.Length > 0 && Dashes.Contains(rest[0], StringComparison.Ordinal))
            || (before.Contains('(', StringComparison.Ordinal) && after.Contains(')', StringComparison.Ordinal))
            || Credit().IsMatch(before) || Credit().IsMatch(after);
    }

    private static string? Normalize(ReadOnlySpan<char> text)
    {
        var digits = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (char.IsDigit(character))
            {
                digits.Append((char)('0' + CharUnicodeInfo.GetDecimalDigitValue(character)));
            }
            else if (char.IsWhiteSpace(character))
            {
                // A scan's blank beside a separator is none of its own.
                if (char.IsDigit(text[index - 1]) && char.IsDigit(text[index + 1]))
                {
                    digits.Append(Group);
                }
            }
            else if (character is '.' or '\u00B7')
            {
                digits.Append('.');
            }
            else if (character is ',' or '\u066B')
            {
                digits.Append(',');
            }
            else if (Apostrophes.Contains(character, StringComparison.Ordinal))
            {
                digits.Append(Group);
            }
            else
            {
                return null;
            }
        }

        return digits.ToString();
    }

    // "1O.OO" is no 1, and "O.50" no 50.
    [GeneratedRegex(@"\d[.,]?O|\bO+[.,]?\d", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ZeroAsLetter();

    [GeneratedRegex(@"(?<!\p{L})cr\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Credit();
}
