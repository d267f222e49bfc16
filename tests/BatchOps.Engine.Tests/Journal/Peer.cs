using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests;

/// <summary>A journalled run in a process of its own.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private Peer(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _reading = Task.Run(ReadAsync);
    }

    public int Id => _process.Id;

    /// <summary>Starts a peer; the arguments are what <c>PeerSettings</c> of the peer's project reads.</summary>
    public static Peer Start(params string[] arguments) => new(StartInfo("dotnet", [Program, .. arguments]));

    /// <summary>Starts a peer by way of a shell that first runs a command, such as one that sets a limit, and then another that runs the peer, which is <c>"$@"</c> without its <c>dotnet</c>.</summary>
    public static Peer StartAfter(string command, string run, params string[] arguments) =>
        new(StartInfo("/bin/sh", ["-c", $"{command}; {run}", "sh", Program, .. arguments]));

    /// <summary>The next line that it prints; null when it has ended.</summary>
    public async Task<string?> NextLineAsync() => await _lines.Reader.WaitToReadAsync().Within() && _lines.Reader.TryRead(out var line) ? line : null;

    /// <summary>Waits for a line that begins so.</summary>
    public async Task<string> WaitForAsync(string start)
    {
        while (await NextLineAsync() is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The peer ended without a line '{start}...'.");
    }

    /// <summary>Lets an item go on that is held.</summary>
    public void Release()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
    }

    /// <summary>Kills it (SIGKILL on Unix) and waits until it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>What it has printed and nobody has read yet, once it has ended. A line that was cut off is left out.</summary>
    public async Task<List<string>> RestAsync()
    {
        var lines = new List<string>();
        while (await NextLineAsync() is { } line)
        {
            lines.Add(line);
        }

        await _reading.Within();
        return lines;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "BatchOps.JournalPeer.dll");

    private static ProcessStartInfo StartInfo(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true };

        // It lives for a moment: quick code at once is worth more than the best code later.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_QuickJitForLoops"] = "1";
        return start;
    }

    private async Task ReadAsync()
    {
        var pending = new StringBuilder();
        var buffer = new char[4096];
        int read;
        while ((read = await _process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            foreach (var letter in buffer.AsSpan(0, read))
            {
                if (letter == '\n')
                {
                    _lines.Writer.TryWrite(pending.ToString());
                    pending.Clear();
                }
                else
                {
                    pending.Append(letter);
                }
            }
        }

        _lines.Writer.Complete();
    }
}
