using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BatchOps.Distributed;
using BatchOps.Engine;

namespace BatchOps.BrokerPeer;

/// <summary>
/// Operations for tests: <c>echo</c> gives the item back, <c>wait</c> does so after the milliseconds of its definition; an
/// item "poison" kills the process that runs it.
/// </summary>
public sealed class PeerHandler(PeerSettings settings) : IWorkHandler, IDisposable
{
    private readonly PeerLog? _log = settings.Log is { } path ? new PeerLog(path) : null;

    public string? Refuses(OperationMessage operation) => operation.Name is "echo" or "wait" ? null : $"There is no operation '{operation.Name}'.";

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken stop)
    {
        var message = item.Message;
        var view = new LoggedItem(message.Identity, message.SerializeBy ?? "-", message.Index);
        _log?.Write('S', view);
        if (settings.Tells)
        {
            Console.WriteLine($"started {message.Index}");
        }

        try
        {
            return await ExecuteAsync(message.Operation.Name!, message.Operation.Definition, message.Input, stop);
        }
        finally
        {
            _log?.Write('E', view);
        }
    }

    public async Task<WorkResult> RunAloneAsync(WorkItem item, CancellationToken stop)
    {
        var view = new LoggedItem(item.Message.Identity, item.Message.SerializeBy ?? "-", item.Message.Index);
        _log?.Write('A', view);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(PeerHandler).Assembly.Location);
        start.ArgumentList.Add("--alone");
        using var child = Process.Start(start)!;
        await using var kill = stop.Register(() => child.Kill(entireProcessTree: true));
        await child.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new[] { item.Message.Operation.Name, item.Message.Operation.Definition, item.Message.Input }));
        child.StandardInput.Close();
        var output = await child.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await child.WaitForExitAsync(CancellationToken.None);
        _log?.Write('E', view);
        return child.ExitCode == 0
            ? new WorkResult { Class = OutcomeClass.Success, Output = output }
            : new WorkResult { Class = OutcomeClass.ItemFault, Error = new ErrorMessage { Type = "WorkerDied", Id = "BatchWorkerDied", Message = $"Alone in its process the item ended it with exit code {child.ExitCode}." } };
    }

    public void Forget(Guid run)
    {
    }

    public void Dispose() => _log?.Dispose();

    /// <summary>The child's part of <see cref="RunAloneAsync"/>.</summary>
    public static async Task RunChildAsync()
    {
        if (await Console.In.ReadLineAsync() is not { } line)
        {
            // The worker was killed before it said what to do.
            return;
        }

        var work = JsonSerializer.Deserialize<string[]>(line)!;
        var result = await ExecuteAsync(work[0], work[1], work[2], CancellationToken.None);
        Console.Write(result.Output);
    }

    private static async Task<WorkResult> ExecuteAsync(string operation, string definition, string input, CancellationToken stop)
    {
        if (input == "\"poison\"")
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }

        if (operation == "wait")
        {
            // The item's work: it must last to be killed, frozen or measured in. No test waits for the time itself.
            await Task.Delay(int.Parse(definition, CultureInfo.InvariantCulture), stop);
        }

        return new WorkResult { Class = OutcomeClass.Success, Output = input };
    }
}
