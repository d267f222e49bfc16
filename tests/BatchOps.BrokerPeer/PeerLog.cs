using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace BatchOps.BrokerPeer;

/// <summary>A line for each start and end of an item, on the disk before the item goes on: what a killed process did can be read.</summary>
/// <remarks>A file for each process. Timestamps are of the machine's monotonic clock, which all processes share.</remarks>
public sealed class PeerLog(string folder) : IDisposable
{
    private readonly FileStream _file = new(
        Path.Combine(Directory.CreateDirectory(folder).FullName, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}.log")),
        FileMode.Append,
        FileAccess.Write,
        FileShare.ReadWrite,
        bufferSize: 0);

    /// <summary>One line.</summary>
    public sealed record Entry(char What, string Identity, string Key, long Index, int ProcessId, long At);

    public void Write(char what, LoggedItem item)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{what} {item.Identity} {item.Key} {item.Index} {Environment.ProcessId} {Stopwatch.GetTimestamp()}\n");
        lock (_file)
        {
            _file.Write(Encoding.ASCII.GetBytes(line));
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>What all wrote, by time; a last line that its writer did not live to end is left out.</summary>
    public static IReadOnlyList<Entry> Read(string folder) =>
        [.. Directory.GetFiles(folder).SelectMany(static path => ReadFile(path)).OrderBy(static e => e.At)];

    private static IEnumerable<Entry> ReadFile(string path)
    {
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        foreach (var line in file.ReadToEnd().Split('\n')[..^1])
        {
            var parts = line.Split(' ');
            yield return new Entry(
                parts[0][0],
                parts[1],
                parts[2],
                long.Parse(parts[3], CultureInfo.InvariantCulture),
                int.Parse(parts[4], CultureInfo.InvariantCulture),
                long.Parse(parts[5], CultureInfo.InvariantCulture));
        }
    }
}
