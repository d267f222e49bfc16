using System.Text;
using System.Xml;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>
/// Finds tokens in documents that are embedded in a deck, which are not filled: better a token reported that no one sees than
/// one seen that no one reported.
/// </summary>
internal static class EmbeddedText
{
    private const string Reason = "it stands in an embedded document, which is not filled";

    public static List<FoundToken> Tokens(byte[] bytes, TokenSyntax syntax, DeckLimits limits)
    {
        if (bytes.AsSpan().StartsWith("PK"u8))
        {
            try
            {
                return Packed(bytes, syntax, limits);
            }
            catch (Exception failure) when (failure is InvalidDataException or XmlException or ZipLimitException or ZipEncryptedException)
            {
                // What can't be unpacked is searched as it is.
            }
        }

        var found = new List<FoundToken>();
        foreach (var text in (string[])[Encoding.Latin1.GetString(bytes), Encoding.Unicode.GetString(bytes), bytes.Length > 1 ? Encoding.Unicode.GetString(bytes, 1, bytes.Length - 1) : string.Empty])
        {
            found.AddRange(FoundToken.In(text, syntax, Reason).Where(token => token.Body.All(character => char.IsAsciiLetterOrDigit(character) || " _.:-#".Contains(character, StringComparison.Ordinal))));
        }

        return found;
    }

    private static List<FoundToken> Packed(byte[] bytes, TokenSyntax syntax, DeckLimits limits)
    {
        var found = new List<FoundToken>();
        foreach (var (entry, payload) in ZipReader.Read(bytes, limits))
        {
            if (entry.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) && payload.Size <= limits.XmlPartBytes)
            {
                found.AddRange(FoundToken.In(XmlParts.Parse(payload.Unpack(), limits).Root!.Value, syntax, Reason));
            }
        }

        return found;
    }
}
