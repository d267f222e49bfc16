using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace BatchOps.PowerShell.Workers;

/// <summary>A command that is run for each item, by its name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Parameters">Parameters that it is given beside the item.</param>
internal sealed record NamedCommand(string Name, Hashtable Parameters)
{
    private const string ParametersVariable = "__BatchCommandParameters";

    /// <summary>The block that does it. The item is piped in one piece, also when it is a list.</summary>
    public ScriptBlock ToBlock() => ScriptOperation.TreeOf(ScriptBlock.Create($",$_ | & '{CodeGeneration.EscapeSingleQuotedStringContent(Name)}' @{ParametersVariable}")).GetScriptBlock();

    /// <summary>The variable that the block takes the parameters from.</summary>
    public Dictionary<string, object?> Variables => new(StringComparer.OrdinalIgnoreCase) { [ParametersVariable] = Parameters };
}
