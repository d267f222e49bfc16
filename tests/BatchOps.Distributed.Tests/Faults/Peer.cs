using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using BatchOps.BrokerPeer;

namespace BatchOps.Distributed.Faults;

/// <summary>A worker or a submitter in a process of its own.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private Peer(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _lines.Writer.TryComplete();
            }
            else
            {
                _lines.Writer.TryWrite(line.Data);
            }
        };
        process.BeginOutputReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Ends when the process has.</summary>
    public Task Ended => _process.WaitForExitAsync(TestContext.Current.CancellationToken);

    /// <param name="settings">What it is told.</param>
    /// <param name="argument">Its command line: what it is; null for a worker.</param>
    /// <param name="trusted">The one certificate that it trusts; null for those of the machine.</param>
    public static Peer Start(PeerSettings settings, string? argument = null, string? trusted = null)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(PeerSettings).Assembly.Location);
        if (argument is not null)
        {
            start.ArgumentList.Add(argument);
        }

        // The tests' own settings of the runtime are not the peer's.
        start.Environment["DOTNET_TieredPGO"] = "0";
        if (trusted is not null)
        {
            start.Environment["SSL_CERT_FILE"] = trusted;
        }

        var process = Process.Start(start)!;
        process.StandardInput.WriteLine(JsonSerializer.Serialize(settings));
        process.StandardInput.Flush();
        return new Peer(process);
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await Ended;
    }

    /// <summary>Stops it where it is, without a word (SIGSTOP), or lets it go on.</summary>
    public void Freeze(bool frozen)
    {
        using var kill = Process.Start("kill", [frozen ? "-STOP" : "-CONT", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>The next line that it writes; null when there is none any more.</summary>
    public async Task<string?> ReadLineAsync() =>
        await _lines.Reader.WaitToReadAsync(TestContext.Current.CancellationToken) && _lines.Reader.TryRead(out var line) ? line : null;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Freeze(frozen: false);
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
