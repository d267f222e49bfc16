using System.Diagnostics;

namespace BatchOps.PowerShell.Tests;

/// <summary>Starts the PowerShell that is on PATH.</summary>
internal static class Pwsh
{
    public static string? Find()
    {
        var name = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Returns what the process wrote, or kills it and its children when it takes longer than the limit.</summary>
    public static async Task<string> RunAsync(string pwsh, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(pwsh, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The settings of whoever runs the tests must not decide how they end.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("BATCHOPS_", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["NO_COLOR"] = "1";

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{pwsh} did not start.");
        process.StandardInput.Close();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"pwsh was killed after {limit}:\n{await Kill()}");
        }
        catch (OperationCanceledException)
        {
            await Kill();
            throw;
        }

        return $"{await output}{await error}";

        async Task<string> Kill()
        {
            process.Kill(entireProcessTree: true);
            return $"{await output}{await error}";
        }
    }
}
