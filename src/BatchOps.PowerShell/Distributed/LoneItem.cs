using System.Diagnostics;
using System.Management.Automation;
using System.Text.Json;
using BatchOps.Distributed;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Distributed;

/// <summary>The child's side of an item that runs alone in a process of its own. The parent's is <see cref="LoneProcess"/>.</summary>
internal static class LoneItem
{
    /// <summary>Runs the item and writes how it ended. Called by name.</summary>
    /// <param name="json">A <see cref="LoneRequest"/>.</param>
    /// <param name="session">The process's session.</param>
    public static void Run(string json, SessionState session)
    {
        var request = WireContext.Read(json, WireContext.Default.LoneRequest);
        EndWith(request.Parent);
        var commands = new Dictionary<string, FoundCommand>(StringComparer.OrdinalIgnoreCase);
        if (request.Work.Operation.Name is { } name)
        {
            var function = request.CommandFunction is { } text ? new PassedFunction(name, text.Parse(), text.Text) : null;
            commands[name] = new FoundCommand(name, request.CommandModule, function);
        }

        using var handler = new ScriptWorkHandler(
            new HostSession
            {
                Caller = CallerState.Capture(session, new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase)),
                Modules = request.Modules,
                Commands = commands,
                AllowScriptBlock = request.Work.Operation.Name is null,
            },
            throttleLimit: 1);
        var result = handler.RunAsync(new WorkItem(request.Work, request.Delivery), CancellationToken.None).GetAwaiter().GetResult();

        // Moved into place, so that a result that is there is whole.
        var unfinished = request.ResultPath + ".new";
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(result, WireContext.Default.WorkResult));
        File.Move(unfinished, request.ResultPath);
    }

    /// <summary>An item whose worker is gone must not go on: another worker may have it by now.</summary>
    private static void EndWith(int parent)
    {
        var watch = new Thread(() =>
        {
            try
            {
                using var process = Process.GetProcessById(parent);
                process.WaitForExit();
            }
            catch (ArgumentException)
            {
                // It has ended already.
            }

            Environment.FailFast("The worker that this item belongs to has ended.");
        })
        { IsBackground = true, Name = "BatchOps parent watch" };
        watch.Start();
    }
}
