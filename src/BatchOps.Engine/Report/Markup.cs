using System.Globalization;
using System.Runtime.CompilerServices;

namespace BatchOps.Engine;

/// <summary>Writes HTML. What stands in an interpolated string's holes is encoded, so no text of a run can become markup.</summary>
internal sealed class Markup(TextWriter writer)
{
    /// <summary>Writes markup whose holes hold text and numbers.</summary>
    public void Write([InterpolatedStringHandlerArgument("")] Fragment fragment) => _ = fragment;

    /// <summary>Writes markup as it stands: for what the report itself says, never for data.</summary>
    public void Raw(string markup) => writer.Write(markup);

    /// <summary>Writes text, encoded for elements and quoted attributes; what XML does not allow becomes U+FFFD.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        var plain = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            string? instead;
            switch (c)
            {
                case '&':
                    instead = "&amp;";
                    break;
                case '<':
                    instead = "&lt;";
                    break;
                case '>':
                    instead = "&gt;";
                    break;
                case '"':
                    instead = "&quot;";
                    break;
                case '\'':
                    instead = "&#39;";
                    break;
                case '\r':
                    instead = string.Empty;
                    break;
                case '\t' or '\n':
                case >= ' ' and <= '\uD7FF' and not (>= '\u007F' and <= '\u009F'):
                case >= '\uE000' and <= '\uFFFD':
                    continue;
                default:
                    if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                    {
                        i++;
                        continue;
                    }

                    instead = "\uFFFD";
                    break;
            }

            writer.Write(text[plain..i]);
            writer.Write(instead);
            plain = i + 1;
        }

        writer.Write(text[plain..]);
    }

    /// <summary>Writes a number as CSS and SVG read it, with so many decimals that nothing moves visibly.</summary>
    private void Number(double value)
    {
        Span<char> digits = stackalloc char[32];
        value = Math.Round(value, 3);
        writer.Write(value.TryFormat(digits, out var length, "0.###", CultureInfo.InvariantCulture) ? digits[..length] : "0");
    }

    /// <summary>Markup with holes, written while it is put together.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Fragment
    {
        private readonly Markup _html;

        public Fragment(int literalLength, int formattedCount, Markup html)
        {
            _ = literalLength;
            _ = formattedCount;
            _html = html;
        }

        public void AppendLiteral(string markup) => _html.Raw(markup);

        public void AppendFormatted(string? text) => _html.Text(text);

        public void AppendFormatted(double value) => _html.Number(value);

        public void AppendFormatted(long value) => _html.Number(value);
    }
}
