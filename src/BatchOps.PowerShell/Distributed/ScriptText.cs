using System.Management.Automation.Language;

namespace BatchOps.PowerShell.Distributed;

/// <summary>A script block or a function as text, with the place that it was written at: parsed again, its errors name the same file and line.</summary>
internal sealed record ScriptText
{
    /// <summary>The text: of a block with its braces, of a function with its name.</summary>
    public required string Text { get; init; }

    /// <summary>What the text is.</summary>
    public required ScriptForm Form { get; init; }

    /// <summary>The file that it was written in; null for none.</summary>
    public string? File { get; init; }

    /// <summary>Its first line there, from 1.</summary>
    public int Line { get; init; } = 1;

    /// <summary>Its first column there, from 1.</summary>
    public int Column { get; init; } = 1;

    /// <summary>Namespaces that the file uses.</summary>
    public string? Usings { get; init; }

    /// <summary>The text of a block or of a function's definition.</summary>
    public static ScriptText Of(Ast tree)
    {
        var text = tree.Extent.Text;
        var form = tree is FunctionDefinitionAst ? ScriptForm.Function : tree.Parent is null && !IsBody(tree) ? ScriptForm.Script : ScriptForm.Block;
        if (tree is ScriptBlockAst { ParamBlock: { } parameters } && IsBody(tree))
        {
            // The parameters of a function stand before its body.
            text = $"{{param({string.Join(", ", parameters.Parameters.Select(static p => p.Extent.Text))}) {text[1..]}";
        }

        return new ScriptText
        {
            Text = text,
            Form = form,
            File = tree.Extent.File,
            Line = tree.Extent.StartLineNumber,
            Column = tree.Extent.StartColumnNumber,
            Usings = form == ScriptForm.Script ? null : UsingsOf(tree),
        };
    }

    /// <summary>The tree of the text: a <see cref="ScriptBlockAst"/>, of a function its <see cref="FunctionDefinitionAst"/>.</summary>
    /// <exception cref="FormatException">It is no text of that form.</exception>
    public Ast Parse()
    {
        // A whole script begins where its file does; what stood before anything else is made up of nothing.
        var before = Form == ScriptForm.Script ? string.Empty : $"{Usings}{new string('\n', Math.Max(0, Line - 1))}{new string(' ', Math.Max(0, Column - 1))}";
        var root = Parser.ParseInput(before + Text, File, out _, out var errors);
        if (errors.Length > 0)
        {
            throw new FormatException($"The script can't be parsed: {errors[0].Message}");
        }

        return Form switch
        {
            ScriptForm.Script => root,
            ScriptForm.Function when root.EndBlock?.Statements is [FunctionDefinitionAst function] => function,
            ScriptForm.Block when root.EndBlock?.Statements is [PipelineAst { PipelineElements: [CommandExpressionAst { Expression: ScriptBlockExpressionAst block }] }] => block.ScriptBlock,
            _ => throw new FormatException($"The text of the script is no {Form}."),
        };
    }

    /// <summary>Whether a tree was put together from a function's body and parameters.</summary>
    private static bool IsBody(Ast tree) => tree is ScriptBlockAst { Parent: null, ParamBlock.Extent: var parameters } && parameters.StartOffset < tree.Extent.StartOffset;

    private static string? UsingsOf(Ast tree)
    {
        var root = tree;
        while (root.Parent is not null)
        {
            root = root.Parent;
        }

        var namespaces = root is ScriptBlockAst script ? script.UsingStatements.Where(static u => u.UsingStatementKind == UsingStatementKind.Namespace).Select(static u => u.Extent.Text.TrimEnd(';') + ";").ToArray() : [];
        return namespaces.Length == 0 ? null : string.Concat(namespaces);
    }
}
