using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using BatchOps.Distributed;
using BatchOps.PowerShell.Completion;
using BatchOps.PowerShell.Distributed;
using BatchOps.PowerShell.Intake;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Commands;

/// <summary>Runs a script block over pipeline items, side by side.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ConcurrentBatch", DefaultParameterSetName = Block)]
[OutputType(typeof(object), typeof(ItemResult), typeof(Jobs.BatchJob))]
public sealed class InvokeConcurrentBatchCommand : DistributableBatchCommand
{
    private const string Block = "ScriptBlock";
    private const string Named = "Command";

    /// <summary>Made when the pipeline is set up: what the first worker waits longest for is begun then.</summary>
    public InvokeConcurrentBatchCommand() => WorkerTemplate.Begin();

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = Block)]
    [ValidateNotNull]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    [Parameter(Mandatory = true, ParameterSetName = Named)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CommandCompleter))]
    public string? Command { get; set; }

    [Parameter(ParameterSetName = Named)]
    [ValidateNotNull]
    public Hashtable? CommandParameter { get; set; }

    [Parameter(ParameterSetName = Block)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VariableCompleter))]
    public object? Variable { get; set; }

    [Parameter(ParameterSetName = Block)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FunctionCompleter))]
    public string[]? Function { get; set; }

    [Parameter(ParameterSetName = Block)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModuleCompleter))]
    public string[]? Module { get; set; }

    [Parameter(ParameterSetName = Block)]
    [ValidateNotNull]
    public ScriptBlock? InitializationScript { get; set; }

    [Parameter(ParameterSetName = Block)]
    [ValidateNotNullOrEmpty]
    public string[]? IgnoreVariable { get; set; }

    [Parameter]
    public SwitchParameter UseNewRunspace { get; set; }

    [Parameter]
    public SwitchParameter FailOnError { get; set; }

    internal override ItemOperation CreateOperation() => Command is null ? BlockOperation() : CommandOperation(Command);

    private protected override OperationMessage ToMessage(ItemOperation operation) => OperationWire.ToMessage((ScriptOperation)operation);

    private ScriptOperation CommandOperation(string name)
    {
        foreach (var parameter in (CommandParameter ?? []).Entries())
        {
            UsingValues.RejectScriptBlock(parameter.Value, $"-CommandParameter {parameter.Key}");
        }

        // Workers elsewhere have the command themselves.
        var found = Broker is null ? FoundCommand.Find(this, name) : null;
        var command = new NamedCommand(name, CommandParameter ?? []);
        var retryWhen = RetryWhen is null || Broker is not null ? null : ScriptOperation.TreeOf(RetryWhen);
        return new ScriptOperation
        {
            Block = command.ToBlock(),
            Command = command,
            Using = retryWhen is null ? [] : UsingValues.Collect(retryWhen, SessionState),
            Variables = command.Variables,
            Caller = CallerState.Capture(SessionState, MyInvocation.BoundParameters),
            Functions = found?.Function is { } function ? [function] : [],
            Modules = found?.Module is { } module ? [module] : [],
            RetryWhen = retryWhen,
            FailOnError = FailOnError,
            UseNewRunspace = UseNewRunspace,
            MayLeaveEarly = found?.Function is { } own && ScriptOperation.LeavesEarly(own.Source),
        };
    }

    private ScriptOperation BlockOperation()
    {
        var block = ScriptOperation.TreeOf(ScriptBlock);
        var initialization = InitializationScript is null ? null : ScriptOperation.TreeOf(InitializationScript);
        var retryWhen = RetryWhen is null ? null : ScriptOperation.TreeOf(RetryWhen);
        if (new[] { block.BeginBlock, block.ProcessBlock, block.EndBlock }.Count(static clause => clause is not null) > 1)
        {
            throw new BatchArgumentException("ScriptBlockNotSupported", "The script block has more than one of begin, process and end. It runs once for each item: write it without them; what is to run once in each worker belongs into -InitializationScript.", ScriptBlock);
        }

        var values = UsingValues.Collect(block, SessionState);
        foreach (var other in new[] { initialization, retryWhen }.OfType<ScriptBlockAst>())
        {
            foreach (DictionaryEntry entry in UsingValues.Collect(other, SessionState))
            {
                values[entry.Key] = entry.Value;
            }
        }

        var functions = Functions();
        return new ScriptOperation
        {
            Block = block.GetScriptBlock(),
            Module = BlockModule.Of(ScriptBlock.Module),
            Using = values,
            Caller = CallerState.Capture(SessionState, MyInvocation.BoundParameters),
            Variables = Variables(),
            Functions = functions,
            Modules = Modules(),
            Initialization = initialization,
            RetryWhen = retryWhen,
            FailOnError = FailOnError,
            UseNewRunspace = UseNewRunspace,
            IgnoredVariables = IgnoreVariable ?? [],
            MayLeaveEarly = ScriptOperation.LeavesEarly(block) || functions.Exists(static f => ScriptOperation.LeavesEarly(f.Source)),
        };
    }

    private Dictionary<string, object?> Variables()
    {
        var variables = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        switch (Variable is PSObject wrapped ? wrapped.BaseObject : Variable)
        {
            case null:
                break;
            case IDictionary table:
                foreach (DictionaryEntry entry in table)
                {
                    Add(entry.Key.ToString()!, entry.Value);
                }

                break;
            case var names:
                foreach (var name in LanguagePrimitives.ConvertTo<string[]>(names))
                {
                    var found = SessionState.PSVariable.Get(name)
                        ?? throw new BatchArgumentException("VariableNotFound", $"-Variable names '{name}', but there is no such variable in the calling scope.", name);
                    Add(name, found.Value);
                }

                break;
        }

        return variables;

        void Add(string name, object? value)
        {
            UsingValues.RejectScriptBlock(value, $"-Variable {name}");
            variables[name] = value;
        }
    }

    private List<PassedFunction> Functions()
    {
        var functions = new List<PassedFunction>();
        foreach (var name in Function ?? [])
        {
            functions.Add(SessionState.InvokeCommand.GetCommand(name, CommandTypes.Function | CommandTypes.Filter) is FunctionInfo function
                ? PassedFunction.Of(function)
                : throw new BatchArgumentException("FunctionNotFound", $"-Function names '{name}', but there is no such function in the calling session.", name));
        }

        return functions;
    }

    private List<ModuleReference> Modules() => (Module ?? []).Select(name => ModuleFinder.Find(this, name)).ToList();
}
