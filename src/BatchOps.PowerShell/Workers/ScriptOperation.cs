using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using BatchOps.Engine;
using BatchOps.PowerShell.Journal;
using BatchOps.PowerShell.Operations;

namespace BatchOps.PowerShell.Workers;

/// <summary>Runs a script block: all that a worker needs for it.</summary>
internal sealed class ScriptOperation : ItemOperation
{
    /// <summary>The block, made anew from the parsed tree, which keeps file and line.</summary>
    /// <remarks>Bound to no session, so each worker runs it in its own; and compiled once for all of them.</remarks>
    public required ScriptBlock Block { get; init; }

    /// <summary>The module that the block belongs to; null for the session's own.</summary>
    public BlockModule? Module { get; init; }

    /// <summary>Values of <c>$using:</c> by the interpreter's key.</summary>
    public required Hashtable Using { get; init; }

    public required CallerState Caller { get; init; }

    public IReadOnlyDictionary<string, object?> Variables { get; init; } = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<PassedFunction> Functions { get; init; } = [];

    public IReadOnlyList<ModuleReference> Modules { get; init; } = [];

    public ScriptBlockAst? Initialization { get; init; }

    public ScriptBlockAst? RetryWhen { get; init; }

    /// <summary>The command that the block calls, where it was named instead of written; null for a block of the caller's.</summary>
    public NamedCommand? Command { get; init; }

    public bool FailOnError { get; init; }

    public bool UseNewRunspace { get; init; }

    /// <summary>Variables whose values do not make it another operation.</summary>
    public IReadOnlyCollection<string> IgnoredVariables { get; init; } = [];

    /// <summary>Whether the block asks for <c>$BatchItem.IdempotencyKey</c>, so that keys are computed without another reason.</summary>
    public override bool AsksForIdentity => _asksForIdentity ??= Block.Ast.Find(static node => node is MemberExpressionAst { Member: StringConstantExpressionAst { Value: var name } } && name.Equals(nameof(BatchItemContext.IdempotencyKey), StringComparison.OrdinalIgnoreCase), searchNestedScriptBlocks: true) is not null;

    /// <summary>What each worker's runspace is opened from. Waits until it is put together.</summary>
    public WorkerTemplate Template => LazyInitializer.EnsureInitialized(ref _template, ref _sync, () => WorkerTemplate.For(Caller));

    /// <summary>Whether the block can end in a way that would lose the output it had already written.</summary>
    public bool MayLeaveEarly { get; init; }

    private bool? _asksForIdentity;
    private object? _sync;
    private WorkerTemplate? _template;
    private List<KeyValuePair<string, object?>>? _preferences;

    /// <inheritdoc/>
    public override string Hash() => OperationHash.Of(this, IgnoredVariables);

    /// <inheritdoc/>
    public override BatchExecutor Attach(ItemRun run) => ThreadExecutor<object?, ItemOutput>.Attach(run, taker => ScriptWorker.Run(this, taker));

    /// <summary>The parsed tree of a script block, whatever it was made from.</summary>
    public static ScriptBlockAst TreeOf(ScriptBlock block) => block.Ast switch
    {
        ScriptBlockAst tree => tree,
        FunctionDefinitionAst function => WithParameters(function),
        _ => ScriptBlock.Create(block.ToString()).Ast as ScriptBlockAst ?? throw new BatchArgumentException("ScriptBlockNotSupported", "The script block has no syntax tree that could be run in a worker.", block),
    };

    /// <summary>The caller's preferences that a new runspace does not have anyway: setting each of them in each worker would take longer than many an item.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Preferences()
    {
        if (_preferences is not null)
        {
            return _preferences;
        }

        var defaults = Template.Variables;
        return _preferences = Caller.Variables.Where(p => !defaults.TryGetValue(p.Key, out var value) || !Equals(value, p.Value)).ToList();
    }

    private static ScriptBlockAst WithParameters(FunctionDefinitionAst function)
    {
        if (function.Parameters is null || function.Parameters.Count == 0)
        {
            return function.Body;
        }

        var parameters = new ParamBlockAst(function.Extent, attributes: [], function.Parameters.Select(static p => (ParameterAst)p.Copy()));
        return new ScriptBlockAst(
            function.Body.Extent,
            parameters,
            (NamedBlockAst?)function.Body.BeginBlock?.Copy(),
            (NamedBlockAst?)function.Body.ProcessBlock?.Copy(),
            (NamedBlockAst?)function.Body.EndBlock?.Copy(),
            (NamedBlockAst?)function.Body.DynamicParamBlock?.Copy());
    }

    /// <summary>Whether a tree holds an exit, break or continue of its own.</summary>
    public static bool LeavesEarly(Ast block) =>
        block.Find(static node => node is ExitStatementAst or BreakStatementAst or ContinueStatementAst, searchNestedScriptBlocks: true) is not null;
}
