using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.Json;
using BatchOps.Distributed;
using BatchOps.Engine;

namespace BatchOps.PowerShell.Distributed;

/// <summary>Runs one item alone in a process of its own, so that an item that kills its process kills no other.</summary>
internal static class LoneProcess
{
    /// <summary>The id of the error of an item that killed its process.</summary>
    public const string Died = "BatchWorkerDied";

    private const int FirstSignalCode = 128;
    private const int LastSignalCode = 128 + 64;

    /// <summary>Runs the item and waits for it.</summary>
    /// <param name="session">What the worker lends.</param>
    /// <param name="item">The item.</param>
    /// <param name="stop">Kills the process and all that it has started.</param>
    public static async Task<WorkResult> RunAsync(HostSession session, WorkItem item, CancellationToken stop)
    {
        // The user's own, whatever the umask: what the item yields is nobody else's business.
        var folder = Directory.CreateTempSubdirectory("batchops-");
        try
        {
            var path = Path.Combine(folder.FullName, "result.json");
            using var process = Process.Start(StartInfo(session))!;
            await using var killing = stop.UnsafeRegister(static process => Kill((Process)process!), process).ConfigureAwait(false);
            var output = Task.WhenAll(process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None), process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None));
            await SendAsync(process, Request(session, item, path)).ConfigureAwait(false);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            _ = output.Exception;
            return stop.IsCancellationRequested ? WorkResults.Canceled
                : File.Exists(path) ? WireContext.Read(await File.ReadAllTextAsync(path, CancellationToken.None).ConfigureAwait(false), WireContext.Default.WorkResult)
                : DiedResult(item, process.ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ProcessStartInfo StartInfo(HostSession session)
    {
        var start = new ProcessStartInfo(HostPath())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = session.Caller.Location.Provider.Name == "FileSystem" ? session.Caller.Location.ProviderPath : Environment.CurrentDirectory,
        };
        foreach (var argument in (string[])["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", Script()])
        {
            start.ArgumentList.Add(argument);
        }

        // The process talks to no broker.
        foreach (var secret in (string[])[BrokerAccess.SigningKeyVariable, BrokerAccess.PasswordVariable])
        {
            start.Environment.Remove(secret);
        }

        return start;
    }

    /// <summary>What the process does: import this very module, and run the item that comes on its input.</summary>
    private static string Script()
    {
        // <module>/module/bin/lib/BatchOps.dll
        var manifest = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(LoneProcess).Assembly.Location)!, "..", "..", "..", "BatchOps.psd1"));
        return $"$ErrorActionPreference = 'Stop'; Import-Module -Name '{CodeGeneration.EscapeSingleQuotedStringContent(manifest)}'; "
            + $"(Get-Command -Name Start-BatchWorker).ImplementingType.Assembly.GetType('{typeof(LoneItem).FullName}').GetMethod('{nameof(LoneItem.Run)}').Invoke($null, @([string] @($input)[0], $ExecutionContext.SessionState))";
    }

    private static LoneRequest Request(HostSession session, WorkItem item, string path)
    {
        var command = item.Message.Operation.Name is { } name ? session.Commands[name] : null;
        return new LoneRequest
        {
            Work = item.Message,
            Delivery = item.Delivery,
            Modules = session.Modules,
            CommandModule = command?.Module,
            CommandFunction = command?.Function is { } function ? ScriptText.Of(function.Source) : null,
            ResultPath = path,
            Parent = Environment.ProcessId,
        };
    }

    private static async Task SendAsync(Process process, LoneRequest request)
    {
        try
        {
            // One line, all ASCII.
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request, WireContext.Default.LoneRequest)).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has died already; its exit code says so.
        }
    }

    /// <summary>The PowerShell that this process is, or that it is made of.</summary>
    private static string HostPath()
    {
        var own = Environment.ProcessPath;
        return Path.GetFileNameWithoutExtension(own) is "pwsh" ? own!
            : Path.Combine(Path.GetDirectoryName(typeof(PSObject).Assembly.Location)!, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh");
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }

    private static WorkResult DiedResult(WorkItem item, int exitCode)
    {
        var how = !OperatingSystem.IsWindows() && exitCode is > FirstSignalCode and <= LastSignalCode ? $"{exitCode} (signal {exitCode - FirstSignalCode})" : $"{exitCode}";
        var starts = Math.Max(item.Message.Starts, item.Delivery);
        return new WorkResult
        {
            Class = OutcomeClass.ItemFault,
            Error = new ErrorMessage
            {
                Type = typeof(RemoteItemException).FullName!,
                Message = $"The item was started {starts} times without an outcome, and at last alone in a process of its own, which ended with exit code {how} before the item did.",
                Id = Died,
                Category = nameof(ErrorCategory.ResourceUnavailable),
            },
        };
    }
}
