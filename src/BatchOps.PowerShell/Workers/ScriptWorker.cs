using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using BatchOps.Engine;
using BatchOps.PowerShell.Distributed;
using BatchOps.PowerShell.Operations;

namespace BatchOps.PowerShell.Workers;

/// <summary>
/// One worker: a runspace on a thread of its own, in which one long-lived pipeline takes lease after lease and runs the
/// block for each in a fresh scope. No pipeline, thread or parse per item.
/// </summary>
internal sealed class ScriptWorker
{
    // The try makes a statement-terminating error end the item, as it would end a try block of the caller's.
    private const string Loop = "param($__BatchLoop, $__BatchWorker) try { & $__BatchLoop -Worker $__BatchWorker } catch { throw }";

    private static readonly CmdletInfo LoopCommand = new("Invoke-BatchWorkerLoop", typeof(WorkerLoopCommand));
    private static readonly CmdletInfo CollectCommand = new("Add-BatchItemOutput", typeof(CollectOutputCommand));

    private readonly object _sync = new();
    private readonly ScriptOperation _operation;
    private readonly ItemTaker _taker;
    private readonly List<StreamRecord> _records = [];
    private readonly WorkerHostUI _ui;
    private readonly WorkerHost _host;
    private readonly List<PSVariable> _variables = [];
    private readonly PSVariable _item = new("_");
    private readonly Action<Lease> _stop;
    private System.Management.Automation.PowerShell? _pipeline;
    private ItemLease? _current;
    private bool _stopping;
    private bool _hasProgress;
    private bool _done;
    private ScriptBlock? _block;
    private ScriptBlock? _collecting;
    private ScriptBlock? _retryWhen;
    private Collection<PSObject>? _collected;
    private PathInfo? _home;
    private string? _homeInDrive;

    private ScriptWorker(ScriptOperation operation, ItemTaker taker)
    {
        _operation = operation;
        _taker = taker;
        _stop = Stop;
        _ui = new WorkerHostUI(record => _records.Add(new(StreamKind.Information, record)));
        _host = new WorkerHost(_ui, operation.Caller.Culture, operation.Caller.UICulture, privateData: null);
    }

    /// <summary>Works until the run has ended.</summary>
    /// <exception cref="WorkerSetupException">The worker could not be made ready (a module, a function, the initialization script).</exception>
    public static void Run(ScriptOperation operation, ItemTaker taker)
    {
        Thread.CurrentThread.CurrentCulture = operation.Caller.Culture;
        Thread.CurrentThread.CurrentUICulture = operation.Caller.UICulture;
        var more = true;
        while (more)
        {
            var worker = new ScriptWorker(operation, taker);
            using var runspace = worker.Open();
            more = worker.Work(runspace);
        }
    }

    /// <summary>The loop inside the pipeline. One lease only when each item is to have a runspace of its own.</summary>
    public void TakeLeases(WorkerLoopCommand command)
    {
        _done = false;
        if (_home is null)
        {
            _home = command.SessionState.Path.CurrentLocation;
            _homeInDrive = _home.Drive?.CurrentLocation;
        }
        else
        {
            // The item that the pipeline before this one was stopped for may have moved.
            RestoreLocation(command.SessionState.Path);
        }

        while (!_stopping)
        {
            var lease = _taker.Take();
            if (lease is null)
            {
                _done = true;
                return;
            }

            RunItem(command, lease);
            if (_operation.UseNewRunspace)
            {
                return;
            }
        }
    }

    public void Collect(PSObject value) => _collected!.Add(value);

    private Runspace Open()
    {
        var runspace = _operation.Template.Open(_host);
        try
        {
            Runspace.DefaultRunspace = runspace;
            Prepare(runspace);
            return runspace;
        }
        catch
        {
            runspace.Dispose();
            throw;
        }
    }

    private void Prepare(Runspace runspace)
    {
        var state = runspace.SessionStateProxy;
        foreach (var (name, value) in _operation.Preferences())
        {
            // An item may write to the table of default values, so each worker has its own.
            state.PSVariable.Set(name, value is DefaultParameterDictionary defaults ? new DefaultParameterDictionary(defaults) : value);
        }

        if (_operation.FailOnError)
        {
            // Makes a native command's non-zero exit an error record like any other.
            state.PSVariable.Set("PSNativeCommandUseErrorActionPreference", true);
        }

        foreach (var (name, value) in _operation.Variables)
        {
            state.PSVariable.Set(name, value);
        }

        state.PSVariable.Set(new CurrentItemVariable(() => _current, () => _operation.FailOnError ? _records.Count(static r => r.Stream == StreamKind.Error) : 0));
        SetLocation(state);
        _block = _operation.Block;
        using var setup = System.Management.Automation.PowerShell.Create();
        setup.Runspace = runspace;
        foreach (var module in _operation.Modules)
        {
            Invoke(setup, $"the module '{module.Name}'", s => s.AddCommand("Import-Module").AddParameters(module.ImportParameters).AddParameter("ErrorAction", ActionPreference.Stop));
        }

        if (_operation.Module is { } owner)
        {
            // The block sees its module's private functions only when it is bound to the module as this runspace knows it.
            var imported = Invoke(setup, $"the module '{owner.Name}' that the block belongs to", s => (owner.Body is null
                ? s.AddCommand("Import-Module").AddParameters(owner.Reference.ImportParameters).AddParameter("PassThru", true)
                : s.AddCommand("New-Module").AddParameter("Name", owner.Name).AddParameter("ScriptBlock", owner.Body)).AddParameter("ErrorAction", ActionPreference.Stop));
            _block = ((PSModuleInfo)imported[0].BaseObject).NewBoundScriptBlock(_block);
        }

        foreach (var function in _operation.Functions)
        {
            Invoke(setup, $"the function '{function.Name}'", s => s.AddScript(". $args[0] $args[1]", useLocalScope: false).AddArgument(function.Definition()).AddArgument(function.Body()));
        }

        if (_operation.Initialization is { } initialization)
        {
            // What it writes comes out with the worker's first item.
            Listen(setup);
            Invoke(setup, "the initialization script", s => s.AddScript("try { . $args[0] } catch { throw }", useLocalScope: false).AddArgument(initialization.GetScriptBlock()).AddParameter("--%", _operation.Using));
        }

        _retryWhen = _operation.RetryWhen?.GetScriptBlock();
        if (_operation.MayLeaveEarly)
        {
            // A process clause takes the item from the pipeline only.
            var item = ((ScriptBlockAst)_block.Ast).ProcessBlock is null ? string.Empty : ",$_ | ";
            _collecting = ScriptBlock.Create(item + "& $args[0] | & $args[1] -Worker $args[2]");
        }
    }

    private Collection<PSObject> Invoke(System.Management.Automation.PowerShell setup, string what, Action<System.Management.Automation.PowerShell> add)
    {
        setup.Commands.Clear();
        setup.Streams.ClearStreams();
        add(setup);
        try
        {
            return setup.Invoke();
        }
        catch (RuntimeException error)
        {
            throw new WorkerSetupException(what, error);
        }
    }

    private void SetLocation(SessionStateProxy state)
    {
        var location = _operation.Caller.Location;
        if (string.Equals(state.Path.CurrentLocation.Path, location.Path, StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            state.Path.SetLocation(location.Path);
        }
        catch (Exception error) when (error is System.Management.Automation.DriveNotFoundException or ItemNotFoundException or ProviderNotFoundException)
        {
            // A drive that only the caller's session has: the folder behind it will do.
            state.Path.SetLocation(location.Provider.Name == "FileSystem" ? WildcardPattern.Escape(location.ProviderPath) : Environment.CurrentDirectory);
        }
    }

    /// <summary>Runs pipelines until there are no more leases. False when the run has ended.</summary>
    private bool Work(Runspace runspace)
    {
        while (true)
        {
            using var pipeline = System.Management.Automation.PowerShell.Create();
            pipeline.Runspace = runspace;
            pipeline.AddScript(Loop, useLocalScope: false)
                .AddParameter("__BatchLoop", LoopCommand)
                .AddParameter("__BatchWorker", this)
                .AddParameter("--%", _operation.Using);
            Listen(pipeline);
            _stopping = false;
            _pipeline = pipeline;
            try
            {
                pipeline.Invoke();
            }
            catch (PipelineStoppedException)
            {
                // An attempt was told to stop. The runspace is whole: the next pipeline goes on in it.
            }

            if (_done)
            {
                return false;
            }

            if (_operation.UseNewRunspace)
            {
                return true;
            }
        }
    }

    private void Listen(System.Management.Automation.PowerShell pipeline)
    {
        pipeline.Streams.Error.DataAdding += (_, e) => _records.Add(new(StreamKind.Error, e.ItemAdded));
        pipeline.Streams.Warning.DataAdding += (_, e) => _records.Add(new(StreamKind.Warning, e.ItemAdded));
        pipeline.Streams.Verbose.DataAdding += (_, e) => _records.Add(new(StreamKind.Verbose, e.ItemAdded));
        pipeline.Streams.Debug.DataAdding += (_, e) => _records.Add(new(StreamKind.Debug, e.ItemAdded));
        pipeline.Streams.Information.DataAdding += (_, e) =>
        {
            _records.Add(new(StreamKind.Information, e.ItemAdded));
            _ui.ExpectEcho((InformationRecord)e.ItemAdded);
        };
        pipeline.Streams.Progress.DataAdding += (_, e) => NoteProgress((ProgressRecord)e.ItemAdded);
        pipeline.Streams.Progress.DataAdded += static (stream, _) => ((PSDataCollection<ProgressRecord>)stream!).Clear();
    }

    private void NoteProgress(ProgressRecord record)
    {
        if (_current is { } lease)
        {
            _hasProgress = true;
            _operation.Progress.Note(lease.Index, record);
        }
    }

    private void RunItem(WorkerLoopCommand command, ItemLease lease)
    {
        lock (_sync)
        {
            _current = lease;
        }

        lease.OnStop(_stop);
        (lease.Input as RemoteItem)?.Begin(lease);
        AttemptOutcome<ItemOutput> outcome;
        PipelineStoppedException? stopped = null;
        try
        {
            var objects = RunBlock(lease);
            _ui.Flush();
            outcome = Succeed(objects);
        }
        catch (PipelineStoppedException error)
        {
            stopped = error;
            outcome = new AttemptOutcome<ItemOutput> { Class = OutcomeClass.Canceled, Error = error };
        }
        catch (ExitException exit)
        {
            _ui.Flush();
            outcome = ExitCode(exit) is var code && code == 0
                ? Succeed(_collected ?? [])
                : Fail(new ErrorRecord(new RuntimeException($"The item ended with exit code {code}."), "BatchItemExit", ErrorCategory.InvalidResult, PreparedItem.Original(lease.Input)));
        }
        catch (FlowControlException)
        {
            // break or continue without a loop around it: the item ends here, and only the item.
            _ui.Flush();
            outcome = Succeed(_collected ?? []);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _ui.Flush();
            outcome = Fail(RecordOf(error, PreparedItem.Original(lease.Input)));
        }

        var output = _records.Count;
        _collected = null;
        _records.Clear();
        if (output > 0)
        {
            _pipeline!.Streams.ClearStreams();
        }

        if (_hasProgress)
        {
            _hasProgress = false;
            _operation.Progress.Forget(lease.Index);
        }

        bool mustEnd;
        lock (_sync)
        {
            _current = null;
            mustEnd = _stopping;
        }

        if (!mustEnd)
        {
            RestoreLocation(command.SessionState.Path);
        }

        // Before the engine knows: who sent the item here reads from the outcome itself, in the runspace that its objects belong to.
        (lease.Input as RemoteItem)?.Report(outcome);
        _taker.Complete(lease, outcome);
        if (stopped is not null)
        {
            throw stopped;
        }
    }

    private Collection<PSObject> RunBlock(ItemLease lease)
    {
        _variables.Clear();
        _item.Value = PreparedItem.Original(lease.Input);
        _variables.Add(_item);
        if (_collecting is null)
        {
            return _block!.InvokeWithContext(functionsToDefine: null, _variables);
        }

        _collected = [];
        _collecting.InvokeWithContext(functionsToDefine: null, _variables, _block!, CollectCommand, this);
        return _collected;
    }

    private AttemptOutcome<ItemOutput> Succeed(Collection<PSObject> objects)
    {
        if (_operation.FailOnError && _records.Find(static r => r.Stream == StreamKind.Error) is { Record: ErrorRecord first })
        {
            return Fail(first);
        }

        return AttemptOutcome<ItemOutput>.Succeeded(objects.Count == 0 && _records.Count == 0 ? ItemOutput.None : new ItemOutput(objects, Records()));
    }

    /// <summary>The record that a catch block would see: a method call's own record lacks the exception that says what happened.</summary>
    private static ErrorRecord RecordOf(Exception error, object? item) => (error as IContainsErrorRecord)?.ErrorRecord switch
    {
        null => new ErrorRecord(error, "BatchItemError", ErrorCategory.NotSpecified, item),
        { Exception: ParentContainsErrorRecordException } record => new ErrorRecord(record, error),
        var record => record,
    };

    private AttemptOutcome<ItemOutput> Fail(ErrorRecord record)
    {
        var failure = new ScriptFailureException(record);
        var outcome = AttemptOutcome<ItemOutput>.Failed(failure, new ItemOutput([], Records()));
        if (outcome.Class == OutcomeClass.Canceled)
        {
            // The item's own cancellation, not ours: the engine tells them apart by what it asked for.
            outcome = outcome with { Class = OutcomeClass.ItemFault };
        }
        else if (OutcomeClassifier.IsQuota(record.Exception, record.ErrorDetails?.Message))
        {
            outcome = outcome with { Class = OutcomeClass.Throttled };
        }

        return _retryWhen is null ? outcome : RetryWhen.Ask(() => _retryWhen.InvokeWithContext(functionsToDefine: null, [new PSVariable("_", record)]), record, outcome);
    }

    private List<StreamRecord> Records() => _records.Count == 0 ? [] : [.. _records];

    /// <summary>Goes back to where the worker started when an item has moved. On the way of every item, so it compares no more than it must.</summary>
    private void RestoreLocation(PathIntrinsics path)
    {
        var drive = path.CurrentLocation.Drive;
        if (!ReferenceEquals(drive, _home!.Drive) || !string.Equals(drive?.CurrentLocation, _homeInDrive, StringComparison.Ordinal))
        {
            path.SetLocation(_home.Path);
        }
    }

    private static int ExitCode(ExitException exit) => exit.Argument switch
    {
        null => 0,
        PSObject { BaseObject: int code } => code,
        int code => code,
        var other => LanguagePrimitives.TryConvertTo<int>(other, CultureInfo.InvariantCulture, out var code) ? code : 0,
    };

    /// <summary>Stops the attempt at work, unless it is over. Called on a pool thread.</summary>
    private void Stop(Lease lease)
    {
        lock (_sync)
        {
            if (_stopping || !ReferenceEquals(_current, lease))
            {
                return;
            }

            _stopping = true;
            _pipeline!.BeginStop(callback: null, state: null);
        }
    }
}
