using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace BatchOps.Slides.Opc;

/// <summary>Reads and writes XML parts.</summary>
internal static class XmlParts
{
    /// <summary>Parses a part, white space included.</summary>
    /// <exception cref="XmlException">It is not well-formed, has a document type or nests too deeply.</exception>
    public static XDocument Parse(byte[] data, DeckLimits limits)
    {
        CheckDepth(data, limits);
        return ParseAgain(data);
    }

    /// <summary>Parses what is known not to nest too deeply: a part of which the template's was read before.</summary>
    /// <exception cref="XmlException">It is not well-formed.</exception>
    public static XDocument ParseAgain(byte[] data)
    {
        using var reader = XmlReader.Create(new MemoryStream(data, writable: false), Settings());
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }

    public static byte[] Write(XDocument document)
    {
        using var written = new MemoryStream(16 << 10);
        using (var writer = XmlWriter.Create(written, new XmlWriterSettings { Encoding = new UTF8Encoding(false), NewLineHandling = NewLineHandling.Entitize, CloseOutput = false }))
        {
            document.Save(writer);
        }

        return written.ToArray();
    }

    // Copying a tree of elements recurses; what nests without end must not get that far.
    private static void CheckDepth(byte[] data, DeckLimits limits)
    {
        using var reader = XmlReader.Create(new MemoryStream(data, writable: false), Settings());
        while (reader.Read())
        {
            if (reader.Depth > limits.XmlDepth)
            {
                throw new XmlException($"elements nest deeper than {limits.XmlDepth}");
            }
        }
    }

    private static XmlReaderSettings Settings() => new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
}
