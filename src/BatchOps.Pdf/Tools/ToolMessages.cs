using System.Text;

namespace BatchOps.Pdf.Tools;

/// <summary>Takes the different lines of a standard error, the first of them; a broken file can make a tool write millions.</summary>
internal sealed class ToolMessages
{
    private const int MaxLines = 50;
    private const int MaxLineLength = 300;
    private const int MaxBytes = 64 << 10;

    private readonly MemoryStream _bytes = new();

    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            _bytes.Write(buffer, 0, (int)Math.Min(read, MaxBytes - _bytes.Length));
        }
    }

    public List<string> Lines()
    {
        var lines = new List<string>();
        foreach (var part in Encoding.UTF8.GetString(_bytes.GetBuffer(), 0, (int)_bytes.Length).Split('\n'))
        {
            var line = Clean(part);
            if (line.Length > 0 && lines.Count < MaxLines && !lines.Contains(line, StringComparer.Ordinal))
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    // Messages quote the file's own bytes, which must not steer a terminal.
    private static string Clean(string line)
    {
        var text = new StringBuilder();
        foreach (var character in line.AsSpan(0, Math.Min(line.Length, MaxLineLength)))
        {
            text.Append(char.IsControl(character) ? ' ' : character);
        }

        return text.ToString().Trim();
    }
}
