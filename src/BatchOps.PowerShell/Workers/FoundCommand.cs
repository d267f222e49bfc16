using System.Management.Automation;

namespace BatchOps.PowerShell.Workers;

/// <summary>A command of the session, and what it takes to have it in a worker's runspace.</summary>
/// <param name="Name">The name.</param>
/// <param name="Module">The module that it comes from; null when every runspace has it, or can find it.</param>
/// <param name="Function">The function of the session itself; null when it comes from elsewhere.</param>
internal sealed record FoundCommand(string Name, ModuleReference? Module, PassedFunction? Function)
{
    /// <summary>Finds a command.</summary>
    /// <exception cref="BatchArgumentException">There is no such command.</exception>
    public static FoundCommand Find(PSCmdlet cmdlet, string name)
    {
        var command = cmdlet.InvokeCommand.GetCommand(name, CommandTypes.All);
        if (command is AliasInfo alias)
        {
            command = alias.ResolvedCommand;
        }

        return command switch
        {
            null => throw new BatchArgumentException("CommandNotFound", $"There is no command '{name}' in this session: it is neither a cmdlet or a function of a module that can be found, nor a function of the session, nor a program.", name),
            FunctionInfo { Module: null } function => new FoundCommand(name, Module: null, PassedFunction.Of(function)),
            { Module: { } module } when File.Exists(module.Path) && !IsEverywhere(command) => new FoundCommand(name, ModuleFinder.Of(module), Function: null),
            _ => new FoundCommand(name, Module: null, Function: null),
        };
    }

    /// <summary>Whether each runspace of ours has the command anyway.</summary>
    private static bool IsEverywhere(CommandInfo command) => command is CmdletInfo { ImplementingType.Assembly: var assembly } && (assembly == typeof(FoundCommand).Assembly || command.ModuleName.StartsWith("Microsoft.PowerShell.", StringComparison.OrdinalIgnoreCase));
}
