using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;

namespace BatchOps.PowerShell.Workers;

/// <summary>The values of a block's <c>$using:</c> expressions, taken in the caller's scope.</summary>
/// <remarks>
/// They are bound once per worker through the verbatim parameter of an outer script; the interpreter looks them up
/// there by the text of the expression, so the block itself stays as it was written.
/// </remarks>
internal static class UsingValues
{
    // Commands whose script blocks run elsewhere and have $using: expressions of their own.
    private static readonly HashSet<string> RemotingCommands = new(StringComparer.OrdinalIgnoreCase)
    {
        "Invoke-Command", "icm", "Start-Job", "sajb", "Start-ThreadJob", "Invoke-ConcurrentBatch", "Invoke-Parallel",
    };

    /// <summary>Takes the value of each expression that belongs to the block itself.</summary>
    /// <exception cref="BatchArgumentException">A variable is not defined, or a value can't be used in another runspace.</exception>
    public static Hashtable Collect(ScriptBlockAst block, SessionState caller)
    {
        var values = new Hashtable(StringComparer.Ordinal);
        foreach (var expression in block.FindAll(node => node is UsingExpressionAst && BelongsTo(node, block), searchNestedScriptBlocks: true).Cast<UsingExpressionAst>())
        {
            var key = KeyOf(expression);
            if (!values.ContainsKey(key))
            {
                values[key] = Evaluate(expression, caller);
            }
        }

        return values;
    }

    /// <summary>The key under which the interpreter looks a value up: the expression's text, variables in lower case.</summary>
    private static string KeyOf(UsingExpressionAst expression)
    {
        var text = expression.ToString();
        if (expression.SubExpression is VariableExpressionAst)
        {
            text = text.ToLowerInvariant();
        }

        return Convert.ToBase64String(Encoding.Unicode.GetBytes(text));
    }

    private static bool BelongsTo(Ast node, Ast block)
    {
        for (var current = node.Parent; current is not null && !ReferenceEquals(current, block); current = current.Parent)
        {
            if (current is ScriptBlockExpressionAst { Parent: CommandAst command } && RunsElsewhere(command))
            {
                return false;
            }
        }

        return true;
    }

    private static bool RunsElsewhere(CommandAst command)
    {
        var name = command.GetCommandName();
        if (name is null)
        {
            return false;
        }

        if (name.LastIndexOf('\\') is >= 0 and var slash)
        {
            name = name[(slash + 1)..];
        }

        return RemotingCommands.Contains(name)
            || (name is "%" or "foreach" || name.Equals("ForEach-Object", StringComparison.OrdinalIgnoreCase))
                && command.CommandElements.OfType<CommandParameterAst>().Any(static p => p.ParameterName.Length >= 2 && "Parallel".StartsWith(p.ParameterName, StringComparison.OrdinalIgnoreCase));
    }

    private static object? Evaluate(UsingExpressionAst expression, SessionState caller)
    {
        var root = expression.SubExpression.Find(static node => node is VariableExpressionAst, searchNestedScriptBlocks: false) as VariableExpressionAst;
        if (root is not null && !Exists(root.VariablePath, caller))
        {
            throw new BatchArgumentException(
                "UsingVariableNotDefined",
                $"The block uses '{expression.Extent.Text}', but there is no variable '{root.VariablePath.UserPath}' in the calling scope. Define it first, or correct the name.",
                expression.Extent.Text);
        }

        // The unary commas keep a value that is a collection in one piece: output and result are both unrolled.
        var value = expression.SubExpression is VariableExpressionAst variable
            ? caller.PSVariable.GetValue(variable.VariablePath.UserPath)
            : caller.InvokeCommand.InvokeScript(useLocalScope: false, ScriptBlock.Create($",,({WithoutUsing(expression, root)})"), input: null) is { Count: > 0 } found
                ? found[0]
                : null;
        RejectScriptBlock(value, expression.Extent.Text);
        return value;
    }

    /// <summary>The text of a member or index expression as the caller would write it, without <c>using:</c>.</summary>
    private static string WithoutUsing(UsingExpressionAst expression, VariableExpressionAst? root)
    {
        var text = expression.SubExpression.Extent.Text;
        if (root is null)
        {
            return text;
        }

        var start = root.Extent.StartOffset - expression.SubExpression.Extent.StartOffset;
        return $"{text[..start]}${{{root.VariablePath.UserPath}}}{text[(start + root.Extent.Text.Length)..]}";
    }

    /// <summary>A script block is bound to its runspace; run from another one it marshals back, deadlocks or crashes.</summary>
    public static void RejectScriptBlock(object? value, string name)
    {
        if ((value is PSObject wrapped ? wrapped.BaseObject : value) is ScriptBlock)
        {
            throw new BatchArgumentException(
                "ScriptBlockNotAllowed",
                $"'{name}' is a script block. A script block belongs to the session that made it and can't run in a worker. Put it into a function and pass that with -Function, or pass its text and make it there with [scriptblock]::Create().",
                name);
        }
    }

    private static bool Exists(VariablePath path, SessionState caller)
    {
        if (path.IsDriveQualified)
        {
            return true;
        }

        return caller.PSVariable.Get(path.UserPath) is not null;
    }
}
