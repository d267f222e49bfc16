using System.Globalization;
using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Configuration;
using BatchOps.PowerShell.Intake;
using BatchOps.PowerShell.Journal;
using BatchOps.PowerShell.Jobs;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Output;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Commands;

/// <summary>
/// What all batch cmdlets do alike: translate parameters, post pipeline objects, and pump finished items out on the
/// pipeline's own thread, which alone may write.
/// </summary>
public abstract partial class BatchCommand : PSCmdlet, IDisposable, IItemStreams
{
    /// <summary>The module's cmdlets, which items may call as well.</summary>
    internal static readonly Type[] ExportedCommands =
    [
        typeof(InvokeConcurrentBatchCommand), typeof(StartSlidesReplaceCommand), typeof(InvokePdfExtractCommand), typeof(NewBatchThrottleCommand), typeof(ExpandBatchMatrixCommand), typeof(TestBatchEnvironmentCommand), typeof(InvokeBatchStepCommand),
        typeof(StartBatchWorkerCommand), typeof(GetBatchWorkerCommand), typeof(InstallBatchBrokerCommand),
        typeof(GetBatchRunCommand), typeof(GetBatchItemCommand), typeof(RemoveBatchRunCommand), typeof(ExportBatchResultCommand),
    ];

    // After a stop nothing is waited for longer than this beyond the engine's grace period.
    private static readonly TimeSpan WorkerFarewell = TimeSpan.FromSeconds(1);

    // What an operation may take to tidy up: at a run's own end, and after a stop, when a person waits for the prompt.
    private static readonly TimeSpan TidyingPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private const int MaxFailuresKept = 100;

    private readonly List<EngineResult> _ready = [];
    private readonly List<ErrorRecord> _failures = [];
    private ItemSelector? _key;
    private ItemSelector? _serializeBy;
    private ItemCost _rateCost = null!;
    private ItemCost _usageCost = null!;
    private bool _needsKey;
    private ItemRun? _run;
    private ItemOperation? _operation;
    private BatchExecutor? _executor;
    private RunSummary? _summary;
    private ItemWriter? _writer;
    private ProgressReporter? _progress;
    private BatchJob? _job;
    private bool _stopsAtFirstFailure;
    private bool _failsAtEnd;
    private bool _inputEnded;
    private bool _reported;
    private bool _disposed;

    /// <summary>Gets ready to run items; checks all that is known before the first.</summary>
    internal abstract ItemOperation CreateOperation();

    /// <summary>Sets what the cmdlet's own defaults depend on; before the settings are read.</summary>
    private protected virtual void Preset()
    {
    }

    /// <summary>Takes the operation to where it is to be run.</summary>
    private protected virtual ItemOperation Place(ItemOperation operation) => operation;

    /// <summary>Whether nothing is to be done but to say what would be.</summary>
    private protected virtual bool IsPreview => false;

    /// <summary>The items of a call that brings none; null when it must bring some.</summary>
    private protected virtual IEnumerable<PSObject?>? OwnItems() => null;

    /// <summary>Takes an item that was read.</summary>
    private protected virtual void Take(PSObject? item) => Post(item);

    /// <summary>Posts what was read and not posted yet: no more will come.</summary>
    private protected virtual void Drain()
    {
    }

    /// <summary>Whether items need keys.</summary>
    private protected bool NeedsKey => _needsKey && _key is null;

    /// <summary>Says what would be done for an item that was made ready, and whether it is to be done.</summary>
    private protected virtual bool Confirm(object? posted) => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            Start();
        }
        catch (BatchArgumentException error)
        {
            ThrowTerminatingError(error.ToRecord());
        }
        catch (BatchOptionsException error)
        {
            ThrowTerminatingError(new ErrorRecord(error, "BatchOptionsInvalid", ErrorCategory.InvalidArgument, targetObject: null));
        }
        catch (JournalException error)
        {
            ThrowTerminatingError(RunErrors.OfJournal(error, Journal));
        }
        catch (BatchNestingException error)
        {
            ThrowTerminatingError(new ErrorRecord(error, "BatchNesting", ErrorCategory.DeadlockDetected, Throttle));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (MyInvocation.ExpectingInput || IsGiven(nameof(InputObject)))
        {
            Take(InputObject);
            return;
        }

        var items = OwnItems()
            ?? throw Terminating(new BatchArgumentException("BatchNoInput", $"{MyInvocation.MyCommand.Name} got no items. Pipe them in, or pass one with -InputObject.", target: null).ToRecord());
        foreach (var item in items)
        {
            Take(item);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _inputEnded = true;
        if (IsPreview)
        {
            return;
        }

        Drain();
        _run!.CompleteAdding();
        if (_job is not null)
        {
            _job.CompleteInput();
            WriteObject(_job);
            _job = null;
            return;
        }

        while (Pump(wait: true))
        {
        }

        _progress?.Complete();
        _executor!.WaitForWorkers(WorkerFarewell);
        if (_operation!.End(TidyingPatience) is { } notice)
        {
            WriteWarning(notice);
        }

        ReportEnd();
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        _run?.Cancel();
        _run?.WakeReader();
    }

    /// <summary>Runs after every way out, also those that skip <see cref="EndProcessing"/>: a stop, an error, an early end downstream.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what is still at work.</summary>
    /// <param name="disposing">Always true: there is nothing to finalize.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (_disposed || !disposing)
        {
            return;
        }

        _disposed = true;
        if (AsJob && _inputEnded && _run is not null)
        {
            return;
        }

        if (_run is null)
        {
            EndOperation();
            return;
        }

        _run.Cancel();
        var end = Environment.TickCount64 + (long)(_run.Options.GracePeriod + WorkerFarewell).TotalMilliseconds;
        while (_run.WaitForResult(TimeSpan.FromMilliseconds(100)) && Environment.TickCount64 < end)
        {
            _run.TakeResults(_ready);
            _ready.Clear();
        }

        var left = _executor?.WaitForWorkers(_run.Summary.Abandoned > 0 ? TimeSpan.Zero : WorkerFarewell) ?? 0;
        EndOperation();
        if (_run.Summary.Abandoned > 0 && left > 0 && !_reported)
        {
            // The pipeline is closed to us by now; the host is not.
            Host.UI.WriteWarningLine(RunErrors.AbandonedMessage(_run.Summary.Abandoned));
        }
    }

    /// <summary>Where -RetryWhen is asked by work that runs in no runspace; null without it.</summary>
    private protected RetryRunspace? ToRetryRunspace()
    {
        if (RetryWhen is null)
        {
            return null;
        }

        var block = ScriptOperation.TreeOf(RetryWhen);
        return new RetryRunspace(block.GetScriptBlock(), UsingValues.Collect(block, SessionState), CallerState.Capture(SessionState, MyInvocation.BoundParameters));
    }

    private void EndOperation()
    {
        if (_operation?.End(StopPatience) is { } notice)
        {
            // The pipeline is closed to us by now; the host is not.
            Host.UI.WriteWarningLine(notice);
        }
    }

    void IItemStreams.WriteObject(object? value) => WriteObject(value);

    void IItemStreams.WriteItemError(ErrorRecord error)
    {
        if (_stopsAtFirstFailure)
        {
            ThrowTerminatingError(error);
        }

        if (_failures.Count < MaxFailuresKept)
        {
            _failures.Add(error);
        }

        if (!_failsAtEnd)
        {
            RecordInternals.WriteError(this, error);
        }
    }

    void IItemStreams.Write(StreamKind stream, object record)
    {
        switch (stream)
        {
            case StreamKind.Error:
                RecordInternals.WriteError(this, (ErrorRecord)record);
                break;
            case StreamKind.Warning:
                RecordInternals.WriteWarning(this, (WarningRecord)record);
                break;
            case StreamKind.Verbose:
                RecordInternals.WriteVerbose(this, (VerboseRecord)record);
                break;
            case StreamKind.Debug:
                RecordInternals.WriteDebug(this, (DebugRecord)record);
                break;
            default:
                WriteInformation((InformationRecord)record);
                break;
        }
    }

    private void Start()
    {
        Preset();
        var preference = GetVariableValue(Settings.PreferenceVariable);
        if (Settings.Apply(this, preference) && !Sequential)
        {
            WriteWarning("BATCHOPS_ENABLE_CONCURRENCY is false: items run one at a time.");
            Sequential = true;
        }

        if (Sequential && IsGiven(nameof(ThrottleLimit)) && ThrottleLimit > 1)
        {
            WriteWarning($"-Sequential wins over -ThrottleLimit {ThrottleLimit}: items run one at a time.");
        }

        _key = ItemSelector.Parse(nameof(Key), Key);
        _serializeBy = ItemSelector.Parse(nameof(SerializeBy), SerializeBy);
        _rateCost = ItemCost.Parse(nameof(RateCost), RateCost);
        _usageCost = ItemCost.Parse(nameof(UsageCost), UsageCost);
        if (UsageCost is not null && UsageLimit is null)
        {
            throw new BatchArgumentException("UsageLimitRequired", "-UsageCost is given without -UsageLimit; nothing would come of it. Say how many units the batch may spend with -UsageLimit.", UsageCost);
        }

        _stopsAtFirstFailure = MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var given) && given is ActionPreference.Stop;
        _failsAtEnd = !AsJob && !MyInvocation.BoundParameters.ContainsKey("ErrorAction")
            && PreferenceOf("ErrorActionPreference") == ActionPreference.Stop;
        if (_failsAtEnd)
        {
            // An error that an item let pass must not end the run.
            RecordInternals.SetErrorAction(this, ActionPreference.Continue);
        }

        var operation = _operation = CreateOperation();
        if (IsPreview)
        {
            return;
        }

        operation = _operation = Place(operation);
        _run = new ItemRun(ToOptions(operation), Journal is null ? null : new ItemCodec());
        _needsKey = Deduplicate || NeedsIdentity(operation);
        if (_run.Notice is { } notice)
        {
            WriteWarning(notice);
        }

        _executor = operation.Attach(_run);
        _summary = new RunSummary(_run.Summary, MyInvocation.MyCommand.Name, () => operation.IsRemote ? _run.Summary.Workers : _executor.OpenedWorkers);
        _writer = new ItemWriter(this, operation, AsResult, SkipCompleted);
        PublishSummary();
        if (AsJob)
        {
            _job = new BatchJob(MyInvocation.Line.Trim(), MyInvocation.MyCommand.Name, operation, _run, _executor, _summary, AsResult, SkipCompleted);
            JobRepository.Add(_job);
        }
        else if (PreferenceOf("ProgressPreference") == ActionPreference.Continue)
        {
            _progress = new ProgressReporter(MyInvocation.MyCommand.Name, _run, WriteProgress, operation.Progress);
        }
    }

    private ActionPreference? PreferenceOf(string variable) =>
        LanguagePrimitives.TryConvertTo<ActionPreference>(GetVariableValue(variable), CultureInfo.InvariantCulture, out var preference) ? preference : null;

    /// <summary>Posts an item that a cmdlet has made ready itself.</summary>
    /// <param name="item">The item that it belongs to, which selectors look at.</param>
    /// <param name="prepared">What is posted.</param>
    /// <param name="keyOf">Makes its key of what -Key says of the item; of null when it says nothing.</param>
    private protected void Post(PSObject? item, IPreparedItem prepared, Func<string?, string> keyOf) => Post(item, MakeReady(item, prepared, keyOf));

    /// <summary>Posts an item that can't be done.</summary>
    private protected void PostFault(PSObject? item, Exception fault) => Post(item, (item, new ItemTraits { Fault = fault }));

    /// <summary>Waits for a task, and writes what finishes meanwhile.</summary>
    private protected void WaitFor(Task task)
    {
        _ = task.ContinueWith(_ => _run?.WakeReader(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (!task.IsCompleted)
        {
            if (!Pump(wait: true))
            {
                // Nothing finishes any more, or somebody else writes it.
                _ = Task.WaitAny([task], ProgressReporter.Interval);
            }

            if (Stopping)
            {
                throw new PipelineStoppedException();
            }
        }
    }

    private void Post(PSObject? item) => Post(item, MakeReady(item));

    private void Post(PSObject? item, (object? Posted, ItemTraits Traits) ready)
    {
        var (posted, traits) = ready;
        if (IsPreview && traits.Fault is { } fault)
        {
            WriteError(new ErrorRecord(fault, ItemErrors.Failed, ErrorCategory.InvalidData, item));
            return;
        }

        if (traits.Fault is null && !Confirm(posted) || IsPreview)
        {
            return;
        }

        while (!_run!.TryPost(posted, traits))
        {
            Pump(wait: true);
        }

        Pump(wait: false);
    }

    private (object? Posted, ItemTraits Traits) MakeReady(PSObject? item, IPreparedItem? prepared = null, Func<string?, string>? keyOf = null)
    {
        try
        {
            UsingValues.RejectScriptBlock(item, "The item");
            var given = _key is null ? null : ContentKey.Of(_key.Of(item));
            var key = given is null && !_needsKey ? null : keyOf is not null ? keyOf(given) : given ?? ContentKey.Of(item);
            var posted = prepared ?? _operation!.Prepare(item, key);
            var serializeBy = _serializeBy?.Of(item) ?? (posted as IPreparedItem)?.SerializeKey;
            return (posted, new ItemTraits
            {
                Key = key,
                SerializeBy = serializeBy is null ? null : ContentKey.Of(serializeBy),
                RateCost = _rateCost.Of(item),
                UsageCost = _usageCost.Of(item),
            });
        }
        catch (BatchArgumentException error) when (Journal is not null && error.ErrorId == ContentKey.KeyRequired && _run?.Summary.Read == 0)
        {
            // Nothing has started, and the items after this one are of its kind.
            throw Terminating(error.ToRecord());
        }
        catch (Exception error) when (error is InvalidOperationException or BatchArgumentException or PSInvalidCastException or IOException)
        {
            return (item, new ItemTraits { Fault = error });
        }
    }

    /// <summary>Ends the pipeline with an error; what it returns is never reached.</summary>
    private Exception Terminating(ErrorRecord error)
    {
        ThrowTerminatingError(error);
        return error.Exception;
    }

    /// <summary>Writes what has finished. With <paramref name="wait"/>, waits for it. False when nothing more will come.</summary>
    private bool Pump(bool wait)
    {
        if (_job is not null)
        {
            return false;
        }

        var more = !wait || _run!.WaitForResult(ProgressReporter.Interval);
        if (Stopping)
        {
            throw new PipelineStoppedException();
        }

        try
        {
            WriteReady();
        }
        catch
        {
            // What is not written belongs to a pipeline that has ended; its bars would stay.
            _progress?.Complete();
            throw;
        }

        if (_progress is { Due: true } progress && _run!.Summary.Duration > ProgressReporter.Interval)
        {
            progress.Update(_inputEnded, Running());
        }

        return more;
    }

    private void WriteReady()
    {
        if (_run!.TakeResults(_ready) > 0)
        {
            foreach (var result in _ready)
            {
                _writer!.Write(result);
            }

            _ready.Clear();
        }

        if (_run.Fault is { } fault)
        {
            ThrowTerminatingError(RunErrors.OfFault(fault));
        }
    }

    private List<(long Index, string Text, TimeSpan Elapsed)> Running() =>
        _run!.AtWork(ProgressReporter.MaxChildren).Select(static w => (w.Lease.Index, ProgressText.Of(PreparedItem.Original(((ItemLease)w.Lease).Input)), w.Elapsed)).ToList();

    private void ReportEnd()
    {
        var summary = _run!.Summary;
        _reported = true;
        if (summary.Abandoned > 0)
        {
            WriteWarning(RunErrors.AbandonedMessage(summary.Abandoned));
        }

        if (_failsAtEnd && summary.Failed + summary.TimedOut + summary.Skipped > 0 && !AsResult)
        {
            ThrowTerminatingError(RunErrors.Failed(_summary!, _failures));
        }

        if (RunErrors.EndedEarly(_summary!))
        {
            WriteError(RunErrors.Stopped(_summary!, _failures));
        }
    }

    private void PublishSummary()
    {
        if (SummaryVariable is null)
        {
            return;
        }

        if (SummaryVariable.StartsWith('+'))
        {
            var name = SummaryVariable[1..];
            var before = SessionState.PSVariable.GetValue(name) switch
            {
                null => [],
                object[] list => list,
                var one => new[] { one },
            };
            SessionState.PSVariable.Set(name, before.Append(_summary).ToArray());
        }
        else
        {
            SessionState.PSVariable.Set(SummaryVariable, _summary);
        }
    }
}
