using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace BatchOps.Pdf.Tools;

/// <summary>Runs one child process to its end: no shell, capped time, memory and output, killed with all its own children.</summary>
internal static class ToolProcess
{
    // A killed process is gone at once, except one that is stuck in the kernel.
    private static readonly TimeSpan KillGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MemoryCheckInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs a tool.</summary>
    /// <param name="command">What is run.</param>
    /// <param name="memoryBytes">Memory that it may take.</param>
    /// <param name="prlimit">Sets the limits, where the system has it.</param>
    /// <param name="time">Clock of the timeout.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="PdfException">The tool does not start.</exception>
    public static async Task<ToolResult> RunAsync(ToolCommand command, long memoryBytes, PdfTool? prlimit, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = time.GetTimestamp();
        using var process = new Process { StartInfo = StartInfo(command, memoryBytes, prlimit) };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new PdfException(PdfFault.ToolMissing, $"'{command.Tool.Path}' does not start: {exception.Message}", exception);
        }

        var messages = new ToolMessages();
        using var timeout = new CancellationTokenSource(command.Timeout, time);
        using var memory = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token, memory.Token);
        using var ended = new CancellationTokenSource();
        var watch = prlimit is null ? WatchMemoryAsync(process, memoryBytes, memory, time, ended.Token) : Task.CompletedTask;
        var reading = messages.ReadAsync(process.StandardError.BaseStream, stop.Token);
        var writing = WriteAsync(process, command.Input, stop.Token);
        var end = ToolEnd.Exited;
        var output = new ToolOutput(command.MaxOutput);
        try
        {
            if (!await output.ReadAsync(process.StandardOutput.BaseStream, stop.Token).ConfigureAwait(false))
            {
                end = ToolEnd.TooMuchOutput;
                await stop.CancelAsync().ConfigureAwait(false);
            }

            await reading.ConfigureAwait(false);
            await process.WaitForExitAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            end = end != ToolEnd.Exited ? end : timeout.IsCancellationRequested ? ToolEnd.TimedOut : ToolEnd.TooMuchMemory;
        }
        finally
        {
            await KillAsync(process).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(reading, writing, watch).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new ToolResult(end, end == ToolEnd.Exited ? process.ExitCode : -1, output.Bytes, messages.Lines(), time.GetElapsedTime(start));
    }

    private static ProcessStartInfo StartInfo(ToolCommand command, long memoryBytes, PdfTool? prlimit)
    {
        var info = new ProcessStartInfo(prlimit?.Path ?? command.Tool.Path)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = command.Folder?.Path ?? string.Empty,
        };
        if (prlimit is not null)
        {
            // Processor time is for a child that outlives us: the timeout is what ends it else.
            var seconds = (long)Math.Ceiling(command.Timeout.TotalSeconds * 2) + 5;
            info.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--as={memoryBytes}"));
            info.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--cpu={seconds}"));
            info.ArgumentList.Add("--core=0");
            if (command.WritesFiles)
            {
                info.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--fsize={command.MaxOutput}"));
            }

            info.ArgumentList.Add("--");
            info.ArgumentList.Add(command.Tool.Path);
        }

        foreach (var argument in command.Arguments)
        {
            info.ArgumentList.Add(argument);
        }

        // Tesseract on several threads takes up to twenty times as long for a page.
        info.Environment["OMP_THREAD_LIMIT"] = "1";
        return info;
    }

    private static async Task WriteAsync(Process process, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = process.StandardInput.BaseStream.ConfigureAwait(false);
            await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The tool ended before it had read everything; its exit code tells why.
        }
    }

    // Where no limit can be set from outside.
    private static async Task WatchMemoryAsync(Process process, long memoryBytes, CancellationTokenSource exceeded, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(MemoryCheckInterval, time, cancellationToken).ConfigureAwait(false);
            try
            {
                process.Refresh();
                if (process.WorkingSet64 > memoryBytes)
                {
                    await exceeded.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
            catch (InvalidOperationException)
            {
                return;
            }
        }
    }

    private static async Task KillAsync(Process process)
    {
        try
        {
            if (process.HasExited)
            {
                return;
            }

            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended in between.
        }

        using var grace = new CancellationTokenSource(KillGrace);
        await process.WaitForExitAsync(grace.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
