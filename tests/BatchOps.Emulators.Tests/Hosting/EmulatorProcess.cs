using System.Diagnostics;
using BatchOps.Emulators.Chat;
using BatchOps.Emulators.Tests.Support;

namespace BatchOps.Emulators.Tests.Hosting;

/// <summary>The console program in a process of its own; disposing kills it.</summary>
internal sealed class EmulatorProcess : IDisposable
{
    private readonly Process _process;

    private EmulatorProcess(Process process) => _process = process;

    public StreamWriter Input => _process.StandardInput;

    public int Id => _process.Id;

    public static EmulatorProcess Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(ChatEmulator).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new EmulatorProcess(Process.Start(start)!);
    }

    /// <summary>Waits for the line that says where it listens.</summary>
    public async Task<Uri> ListeningAsync()
    {
        const string Start = "listening ";
        var line = await _process.StandardOutput.ReadLineAsync().Within();
        return line?.StartsWith(Start, StringComparison.Ordinal) == true
            ? new Uri(line[Start.Length..])
            : throw new InvalidOperationException($"It wrote '{line}' and {await _process.StandardError.ReadToEndAsync().Within()}");
    }

    /// <summary>Waits for its end, and returns what it wrote since.</summary>
    public async Task<(int Code, string Output, string Error)> EndAsync()
    {
        var output = _process.StandardOutput.ReadToEndAsync().Within();
        var error = _process.StandardError.ReadToEndAsync().Within();
        await _process.WaitForExitAsync().Within();
        return (_process.ExitCode, await output, await error);
    }

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
