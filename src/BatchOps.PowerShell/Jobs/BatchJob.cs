using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Output;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Jobs;

/// <summary>A run as a PowerShell job: what finishes goes to the job's streams the moment it does.</summary>
public sealed class BatchJob : Job, IItemStreams
{
    // How long the tidying at the end may take.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(30);

    private readonly ItemRun _run;
    private readonly ItemOperation _operation;
    private readonly BatchExecutor _executor;
    private readonly ItemWriter _writer;
    private readonly ProgressReporter _progress;
    private readonly ManualResetEventSlim _ended = new();
    private volatile bool _inputEnded;

    internal BatchJob(
        string command,
        string activity,
        ItemOperation operation,
        ItemRun run,
        BatchExecutor executor,
        RunSummary summary,
        bool asResult,
        bool skipCompleted)
        : base(command)
    {
        PSJobTypeName = "BatchJob";
        _operation = operation;
        _run = run;
        _executor = executor;
        _writer = new ItemWriter(this, operation, asResult, skipCompleted);
        _progress = new ProgressReporter(activity, run, record => Progress.Add(record), itemProgress: null);
        Summary = summary;
        SetJobState(JobState.Running);
        new Thread(Pump) { IsBackground = true, Name = "BatchOps job" }.Start();
    }

    /// <summary>The run's live figures.</summary>
    public RunSummary Summary { get; }

    /// <inheritdoc/>
    public override bool HasMoreData => Output.Count + Error.Count + Warning.Count + Verbose.Count + Debug.Count + Information.Count + Progress.Count > 0 || JobStateInfo.State == JobState.Running;

    /// <inheritdoc/>
    public override string Location => Environment.MachineName;

    /// <inheritdoc/>
    public override string StatusMessage => $"{Summary.Succeeded + Summary.Failed + Summary.TimedOut + Summary.Canceled + Summary.Skipped}/{Summary.Total}, {Summary.Failed + Summary.TimedOut} failed";

    /// <inheritdoc/>
    public override void StopJob()
    {
        _run.Cancel();
        _ended.Wait();
    }

    /// <summary>Says that all items were read.</summary>
    internal void CompleteInput() => _inputEnded = true;

    void IItemStreams.WriteObject(object? value) => Output.Add(value is null ? null! : PSObject.AsPSObject(value));

    void IItemStreams.WriteItemError(ErrorRecord error) => Error.Add(error);

    void IItemStreams.Write(StreamKind stream, object record)
    {
        switch (stream)
        {
            case StreamKind.Error:
                Error.Add((ErrorRecord)record);
                break;
            case StreamKind.Warning:
                Warning.Add((WarningRecord)record);
                break;
            case StreamKind.Verbose:
                Verbose.Add((VerboseRecord)record);
                break;
            case StreamKind.Debug:
                Debug.Add((DebugRecord)record);
                break;
            default:
                Information.Add((InformationRecord)record);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && JobStateInfo.State == JobState.Running)
        {
            StopJob();
        }

        base.Dispose(disposing);
    }

    private void Pump()
    {
        var ready = new List<EngineResult>();
        var state = JobState.Completed;
        try
        {
            while (_run.WaitForResult(ProgressReporter.Interval))
            {
                _run.TakeResults(ready);
                foreach (var result in ready)
                {
                    _writer.Write(result);
                }

                ready.Clear();
                if (_progress.Due)
                {
                    _progress.Update(_inputEnded, []);
                }
            }

            _progress.Complete();
            _executor.WaitForWorkers(TimeSpan.FromSeconds(1));
            if (_operation.End(Farewell) is { } notice)
            {
                Warning.Add(new WarningRecord(notice));
            }

            state = End();
        }
        catch (Exception error) when (error is ObjectDisposedException or InvalidOperationException)
        {
            // The job was removed while it ran: nobody listens any more.
            state = JobState.Stopped;
        }
        finally
        {
            // In this order: who waited for the end finds the state that goes with it.
            SetJobState(state);
            _ended.Set();
        }
    }

    private JobState End()
    {
        if (_run.Fault is { } fault)
        {
            Error.Add(RunErrors.OfFault(fault));
            return JobState.Failed;
        }

        if (_run.Summary.Abandoned > 0)
        {
            Warning.Add(new WarningRecord(RunErrors.AbandonedMessage(_run.Summary.Abandoned)));
        }

        if (RunErrors.EndedEarly(Summary))
        {
            Error.Add(RunErrors.Stopped(Summary, []));
        }

        return _run.Summary.StopReason == OutcomeReason.Canceled ? _run.Options.CancelOnFailure ? JobState.Failed : JobState.Stopped
            : _run.Summary.Failed + _run.Summary.TimedOut + _run.Summary.Skipped > 0 ? JobState.Failed
            : JobState.Completed;
    }
}
