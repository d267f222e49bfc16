using System.Globalization;

namespace BatchOps.Pdf.Text;

/// <summary>Reads the attributes of a tag.</summary>
internal static class Tag
{
    /// <summary>The number that an attribute holds; null when there is none.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="name">The attribute's name, with the space before it.</param>
    public static double? Number(ReadOnlySpan<char> tag, ReadOnlySpan<char> name)
    {
        var start = tag.IndexOf(name);
        if (start < 0 || start + name.Length + 2 > tag.Length)
        {
            return null;
        }

        var value = tag[(start + name.Length + 2)..];
        var end = value.IndexOf('"');
        return end >= 0 && double.TryParse(value[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
    }
}
