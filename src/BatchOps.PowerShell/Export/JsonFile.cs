using System.Text;
using BatchOps.PowerShell.Journal;

namespace BatchOps.PowerShell.Export;

/// <summary>Writes results as JSON, one in each line.</summary>
internal static class JsonFile
{
    /// <summary>Writes JSON lines: a result is a line.</summary>
    public static void WriteLines(Stream stream, IEnumerable<object?> results) => Write(stream, results, before: string.Empty, between: "\n", after: "\n", none: string.Empty);

    /// <summary>Writes one array.</summary>
    public static void WriteArray(Stream stream, IEnumerable<object?> results) => Write(stream, results, before: "[\n", between: ",\n", after: "\n]\n", none: "[]\n");

    private static void Write(Stream stream, IEnumerable<object?> results, string before, string between, string after, string none)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        var text = new JsonText();
        var any = false;
        foreach (var result in results)
        {
            writer.Write(any ? between : before);
            any = true;
            text.Length = 0;
            PlainJson.Write(text, result);
            writer.Write(text.ToString());
        }

        writer.Write(any ? after : none);
    }
}
