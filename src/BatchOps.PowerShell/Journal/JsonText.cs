using System.Buffers;
using System.Globalization;

namespace BatchOps.PowerShell.Journal;

/// <summary>JSON under construction, which can be taken back to an earlier length.</summary>
internal sealed class JsonText
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(static c => (char)c), '"', '\\']);

    private char[] _chars = new char[512];

    /// <summary>How long it is; set it to a smaller value to take back what came after.</summary>
    public int Length { get; set; }

    public int Capacity => _chars.Length;

    public override string ToString() => new(_chars, 0, Length);

    public void Append(char c)
    {
        if (Length == _chars.Length)
        {
            Grow(1);
        }

        _chars[Length++] = c;
    }

    public void Append(ReadOnlySpan<char> text)
    {
        if (text.Length > _chars.Length - Length)
        {
            Grow(text.Length);
        }

        text.CopyTo(_chars.AsSpan(Length));
        Length += text.Length;
    }

    /// <summary>Appends a value in its invariant form, without quotes.</summary>
    public void AppendFormatted<T>(T value, ReadOnlySpan<char> format = default)
        where T : ISpanFormattable
    {
        int written;
        while (!value.TryFormat(_chars.AsSpan(Length), out written, format, CultureInfo.InvariantCulture))
        {
            Grow(_chars.Length);
        }

        Length += written;
    }

    /// <summary>Appends a number that reads as a double: with a point or an exponent.</summary>
    public void AppendDouble(double value)
    {
        var start = Length;
        AppendFormatted(value);
        if (_chars.AsSpan(start, Length - start).IndexOfAny('.', 'E') < 0)
        {
            Append(".0");
        }
    }

    /// <summary>Appends a string in quotes.</summary>
    public void AppendQuoted(ReadOnlySpan<char> text)
    {
        Append('"');
        while (text.Length > 0)
        {
            var plain = text.IndexOfAny(Escaped);
            AppendUnescaped(plain < 0 ? text : text[..plain]);
            if (plain < 0)
            {
                break;
            }

            AppendEscape(text[plain]);
            text = text[(plain + 1)..];
        }

        Append('"');
    }

    /// <summary>The index of the first surrogate that is not half of a pair, or -1.</summary>
    public static int IndexOfLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOfAnyInRange('\ud800', '\udfff'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return i;
            }

            i++;
        }

        return -1;
    }

    private void AppendUnescaped(ReadOnlySpan<char> text)
    {
        while (IndexOfLoneSurrogate(text) is >= 0 and var lone)
        {
            Append(text[..lone]);
            AppendEscape(text[lone]);
            text = text[(lone + 1)..];
        }

        Append(text);
    }

    private void AppendEscape(char c)
    {
        Append('\\');
        switch (c)
        {
            case '"' or '\\':
                Append(c);
                break;
            case '\n':
                Append('n');
                break;
            case '\r':
                Append('r');
                break;
            case '\t':
                Append('t');
                break;
            default:
                Append('u');
                AppendFormatted((int)c, "x4");
                break;
        }
    }

    private void Grow(int least) => Array.Resize(ref _chars, checked((int)Math.Min(Array.MaxLength, Math.Max(_chars.Length * 2L, (long)Length + least))));
}
