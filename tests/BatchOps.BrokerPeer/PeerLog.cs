using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace BatchOps.BrokerPeer;

/// <summary>A line for each start and end of an item, on the disk before the item goes on: what a killed process did can be read.</summary>
/// <remarks>Timestamps are of the machine's monotonic clock, which all processes share.</remarks>
public sealed class PeerLog(string path) : IDisposable
{
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

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

    /// <summary>What is in a log; a last line that its writer did not live to end is left out.</summary>
    public static IReadOnlyList<Entry> Read(string path)
    {
        using var file = new StreamReader(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));
        var entries = new List<Entry>();
        foreach (var line in file.ReadToEnd().Split('\n')[..^1])
        {
            var parts = line.Split(' ');
            entries.Add(new Entry(
                parts[0][0],
                parts[1],
                parts[2],
                long.Parse(parts[3], CultureInfo.InvariantCulture),
                int.Parse(parts[4], CultureInfo.InvariantCulture),
                long.Parse(parts[5], CultureInfo.InvariantCulture)));
        }

        return entries;
    }
}
