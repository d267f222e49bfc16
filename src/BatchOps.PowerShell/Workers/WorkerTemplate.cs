using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using BatchOps.PowerShell.Commands;

namespace BatchOps.PowerShell.Workers;

/// <summary>The session state that each worker's runspace starts from: PowerShell's own, with the commands of this module, so that an item may start a run.</summary>
internal sealed class WorkerTemplate
{
    // Put together once for the process, which takes longer than opening a runspace from it.
    private static readonly Task<WorkerTemplate> Default = Task.Run(static () => new WorkerTemplate(CreateState()));

    private readonly InitialSessionState _state;
    private readonly SharedFormatData? _formats;
    private readonly Dictionary<string, object?> _variables = new(StringComparer.OrdinalIgnoreCase);

    private WorkerTemplate(InitialSessionState state)
    {
        _state = state;
        _formats = SharedFormatData.TakeFrom(state);
        foreach (var variable in state.Variables)
        {
            _variables[variable.Name] = variable.Value;
        }
    }

    private WorkerTemplate(WorkerTemplate original)
    {
        _state = original._state.Clone();
        _formats = original._formats;
        _variables = original._variables;
    }

    /// <summary>The variables that every new runspace has, by name.</summary>
    public IReadOnlyDictionary<string, object?> Variables => _variables;

    /// <summary>Starts putting the template together, unless that was started before.</summary>
    public static void Begin() => _ = Default;

    /// <summary>The template for a run of a session.</summary>
    public static WorkerTemplate For(CallerState caller)
    {
        var template = new WorkerTemplate(Default.GetAwaiter().GetResult());
        template._state.LanguageMode = caller.LanguageMode;
        if (caller.Drives is { } drives)
        {
            UnixFileSystem.StandIn(template._state, drives);
        }

        return template;
    }

    /// <summary>Opens a runspace for the calling thread.</summary>
    public Runspace Open(PSHost host)
    {
        var runspace = RunspaceFactory.CreateRunspace(host, _state);
        try
        {
            runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
            runspace.Name = "BatchOps worker";
            runspace.Open();
            _formats?.GiveTo(runspace);
            return runspace;
        }
        catch
        {
            runspace.Dispose();
            throw;
        }
    }

    private static InitialSessionState CreateState()
    {
        // With PowerShell's own commands in it: CreateDefault2 would load their modules in every worker, some 30 ms each.
        var state = InitialSessionState.CreateDefault();
        foreach (var type in BatchCommand.ExportedCommands)
        {
            var name = (CmdletAttribute)Attribute.GetCustomAttribute(type, typeof(CmdletAttribute))!;
            state.Commands.Add(new SessionStateCmdletEntry($"{name.VerbName}-{name.NounName}", type, helpFileName: null));
        }

        return state;
    }
}
