using System.Collections;
using System.Globalization;
using System.Text;
using System.Xml;

namespace BatchOps.Slides;

/// <summary>Turns values into the text that stands in a deck.</summary>
internal static class ValueText
{
    /// <summary>Writes a value; null when the format does not fit it.</summary>
    /// <param name="value">The value; text is read as a number or a date when there is a format.</param>
    /// <param name="format">A .NET format string, or null.</param>
    /// <param name="culture">The culture to write in.</param>
    /// <param name="dataCulture">The culture that numbers and dates given as text are written in.</param>
    public static string? Write(object? value, string? format, CultureInfo culture, CultureInfo dataCulture)
    {
        if (value is null)
        {
            return string.Empty;
        }

        if (format is null)
        {
            return value switch
            {
                string text => text,
                IFormattable formattable => formattable.ToString(null, culture),
                IDictionary => value.ToString() ?? string.Empty,
                IEnumerable many => string.Join(", ", many.Cast<object?>().Select(one => Write(one, null, culture, dataCulture))),
                _ => value.ToString() ?? string.Empty,
            };
        }

        // An empty cell of a table has nothing to be formatted, and is no mistake.
        if (value is string blank && string.IsNullOrWhiteSpace(blank))
        {
            return string.Empty;
        }

        var typed = value is string given ? Read(given.Trim(), format, dataCulture) : value;
        if (typed is not IFormattable number)
        {
            return null;
        }

        try
        {
            return number.ToString(format, culture);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The number that a value is, or that its text reads as.</summary>
    public static decimal? Number(object? value, CultureInfo dataCulture)
    {
        if (value is string text)
        {
            return decimal.TryParse(text, NumberStyles.Number | NumberStyles.AllowExponent, dataCulture, out var read) ? read : null;
        }

        try
        {
            return value is not bool and not char and not Enum and not DateTime and IConvertible number ? number.ToDecimal(CultureInfo.InvariantCulture) : null;
        }
        catch (Exception failure) when (failure is InvalidCastException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Lines end in <c>\n</c>, and characters that XML can't hold are gone.</summary>
    public static string Clean(string text)
    {
        var clean = true;
        foreach (var character in text)
        {
            if (character < ' ' && character is not ('\t' or '\n') || character >= '\u2028')
            {
                clean = false;
                break;
            }
        }

        if (clean)
        {
            return text;
        }

        var written = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            switch (character)
            {
                case '\r':
                    written.Append('\n');
                    if (i + 1 < text.Length && text[i + 1] == '\n')
                    {
                        i++;
                    }

                    break;
                case '\v' or '\f' or '\u2028' or '\u2029':
                    written.Append('\n');
                    break;
                default:
                    if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], character))
                    {
                        written.Append(character).Append(text[++i]);
                    }
                    else if (XmlConvert.IsXmlChar(character))
                    {
                        written.Append(character);
                    }

                    break;
            }
        }

        return written.ToString();
    }

    private static object? Read(string text, string format, CultureInfo dataCulture)
    {
        var standard = format.Length is 1 or 2 or 3 && char.IsAsciiLetter(format[0]) && format.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;
        var forNumbers = format.AsSpan().IndexOfAny('0', '#') >= 0 || (standard && (format.Length > 1 || "cCeEfFgGnNpPdDxXbBrR".Contains(format[0], StringComparison.Ordinal)));
        if (forNumbers && decimal.TryParse(text, NumberStyles.Number | NumberStyles.AllowExponent, dataCulture, out var number))
        {
            // Integers only know D, X and B.
            return standard && "dDxXbB".Contains(format[0], StringComparison.Ordinal) && decimal.Truncate(number) == number && number is >= long.MinValue and <= long.MaxValue
                ? (object)(long)number
                : number;
        }

        if (DateTime.TryParse(text, dataCulture, DateTimeStyles.RoundtripKind | DateTimeStyles.AllowWhiteSpaces, out var date))
        {
            // With an offset the clock time is meant as it was written, not as it is here.
            return date.Kind == DateTimeKind.Local && DateTimeOffset.TryParse(text, dataCulture, DateTimeStyles.None, out var moment) ? moment : (object)date;
        }

        return null;
    }
}
