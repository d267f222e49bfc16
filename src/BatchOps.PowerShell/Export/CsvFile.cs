using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace BatchOps.PowerShell.Export;

/// <summary>Writes results as CSV whose columns are those of all results, without holding them.</summary>
internal static class CsvFile
{
    /// <summary>Writes the file from its beginning.</summary>
    /// <param name="stream">Where to; it can be rewound.</param>
    /// <param name="results">Gives the results from the first to the last, as often as it is asked.</param>
    public static void Write(Stream stream, Func<IEnumerable<object?>> results)
    {
        // Almost always all results have the columns of the first. Where they don't, the rest is only looked through for
        // its columns, and the file is written again.
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        while (!TryWrite(stream, results(), columns))
        {
            stream.SetLength(0);
        }
    }

    private static bool TryWrite(Stream stream, IEnumerable<object?> results, Dictionary<string, int> columns)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        var line = new StringBuilder();
        var complete = true;
        var started = columns.Count > 0;
        if (started)
        {
            WriteHeader(writer, line, columns);
        }

        var fields = Array.Empty<object?>();
        foreach (var result in results)
        {
            var row = PlainValue.Columns(result);
            foreach (var (name, _) in row)
            {
                complete &= !columns.TryAdd(name, columns.Count) || !started;
            }

            if (!started)
            {
                WriteHeader(writer, line, columns);
                started = true;
            }

            if (!complete)
            {
                continue;
            }

            Array.Resize(ref fields, columns.Count);
            Array.Clear(fields);
            foreach (var (name, value) in row)
            {
                fields[columns[name]] = value;
            }

            WriteLine(writer, line, fields, static (line, value) => Append(line, value));
        }

        return complete;
    }

    private static void WriteHeader(StreamWriter writer, StringBuilder line, Dictionary<string, int> columns) =>
        WriteLine(writer, line, columns.OrderBy(static c => c.Value).Select(static c => c.Key).ToArray(), static (line, name) => AppendField(line, name!, name is ['#', ..]));

    private static void WriteLine<T>(StreamWriter writer, StringBuilder line, T[] fields, Action<StringBuilder, T> append)
    {
        line.Clear();
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0)
            {
                line.Append(',');
            }

            append(line, fields[i]);
        }

        if (line.Length == 0)
        {
            // An empty line is no row to whoever reads it.
            line.Append("\"\"");
        }

        writer.Write(line.AppendLine());
    }

    private static void Append(StringBuilder line, object? value)
    {
        var text = PlainValue.Of(value) switch
        {
            null => null,
            string word => word,
            bool answer => answer ? "True" : "False",
            byte[] bytes => Convert.ToBase64String(bytes),
            IDictionary or PSObject or IEnumerable => PlainJson.Of(value),
            var number => ((IFormattable)number).ToString(format: null, CultureInfo.InvariantCulture),
        };
        if (text is not null)
        {
            AppendField(line, text, quoted: text.Length == 0);
        }
    }

    private static void AppendField(StringBuilder line, string text, bool quoted)
    {
        if (!quoted && text.AsSpan().IndexOfAny("\",\r\n") < 0 && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]))
        {
            line.Append(text);
            return;
        }

        line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
