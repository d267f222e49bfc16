using System.Management.Automation;
using System.Management.Automation.Language;

namespace BatchOps.PowerShell.Workers;

/// <summary>A function of the caller's that each worker gets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">What it was made from: its definition, or a block that was assigned to it.</param>
/// <param name="Text">Its body.</param>
internal sealed record PassedFunction(string Name, Ast Source, string Text)
{
    public static PassedFunction Of(FunctionInfo function) => new(function.Name, function.ScriptBlock.Ast, function.Definition);

    /// <summary>A block that defines the function where it is run, with the function's own positions. It is given <see cref="Body"/>.</summary>
    public ScriptBlock Definition()
    {
        if (Source is not FunctionDefinitionAst definition)
        {
            return ScriptBlock.Create($"${{function:{Name}}} = $args[0]");
        }

        var statements = new StatementBlockAst(definition.Extent, [(StatementAst)definition.Copy()], traps: null);
        return new ScriptBlockAst(definition.Extent, paramBlock: null, statements, isFilter: false).GetScriptBlock();
    }

    /// <summary>The block that was assigned; null for a definition.</summary>
    public ScriptBlock? Body() => (Source as ScriptBlockAst)?.GetScriptBlock();
}
