using System.Collections.Concurrent;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Security;
using BatchOps.Distributed;
using BatchOps.PowerShell.Completion;
using BatchOps.PowerShell.Distributed;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Commands;

/// <summary>Makes this process a worker of a broker, until it is told to end.</summary>
[Cmdlet(VerbsLifecycle.Start, "BatchWorker")]
public sealed class StartBatchWorkerCommand : BrokerCommand
{
    private const int ProgressId = 0x0BA7B000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    [Parameter]
    [ValidateNotNull]
    public SecureString? SigningKey { get; set; }

    [Parameter]
    [ValidateRange(1, 1000)]
    public int ThrottleLimit { get; set; } = Math.Min(1000, Environment.ProcessorCount);

    [Parameter]
    [ValidateRange(0, 1000)]
    public int? ReadAhead { get; set; }

    [Parameter]
    [ValidateLength(1, 100)]
    public string? Name { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CommandCompleter))]
    public string[]? AllowCommand { get; set; }

    [Parameter]
    public SwitchParameter AllowScriptBlock { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModuleCompleter))]
    public string[]? Module { get; set; }

    [Parameter]
    [ValidateRange(0.0, 86_400.0)]
    public double DrainSeconds { get; set; } = 30;

    private protected override void Process()
    {
        if (AllowCommand is null && !AllowScriptBlock)
        {
            throw new BatchArgumentException("WorkerAllowsNothing", "The worker would run nothing: say what it may run, commands by name (-AllowCommand Invoke-PdfExtract), or any script block that is signed with the shared key (-AllowScriptBlock).", target: null);
        }

        var notices = new ConcurrentQueue<WorkerNotice>();
        var options = new WorkerOptions
        {
            Broker = BrokerAccess.Options(Broker, Credential),
            Signer = BrokerAccess.Signer(SigningKey),
            Name = Name,
            ThrottleLimit = ThrottleLimit,
            ReadAhead = ReadAhead,
            DrainTimeout = TimeSpan.FromSeconds(DrainSeconds),
            OnNotice = notices.Enqueue,
        };
        using var handler = new ScriptWorkHandler(ToSession(), ThrottleLimit);
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        // What a service manager or a container sends first; the second signal, which nobody can hold back, comes when the time is up.
        using var terminating = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            drain.Cancel();
        });
        Work(new BatchWorker(options, handler), drain.Token, notices);
    }

    private HostSession ToSession() => new()
    {
        Caller = CallerState.Capture(SessionState, MyInvocation.BoundParameters),
        Modules = [.. (Module ?? []).Select(name => ModuleFinder.Find(this, name))],
        Commands = (AllowCommand ?? []).Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(static name => name, name => FoundCommand.Find(this, name), StringComparer.OrdinalIgnoreCase),
        AllowScriptBlock = AllowScriptBlock,
    };

    /// <summary>Waits for the worker to end, and says meanwhile how it stands. After Ctrl+C nothing can be written any more; it ends all the same.</summary>
    private void Work(BatchWorker worker, CancellationToken drain, ConcurrentQueue<WorkerNotice> notices)
    {
        var allowed = (AllowCommand ?? []).Concat(AllowScriptBlock ? ["script blocks"] : []);
        WriteInformation(new InformationRecord($"Worker '{worker.Name.Name}' (process {worker.Name.ProcessId} on {worker.Name.Host}) works for {worker.Options.Broker.Address}, {ThrottleLimit} items at once; it runs {string.Join(", ", allowed)}.", "Start-BatchWorker"));
        var working = Task.Run(() => worker.RunAsync(drain), CancellationToken.None);
        var shown = string.Empty;
        while (Task.WaitAny([working], Interval) < 0)
        {
            if (!Stopping)
            {
                Write(notices);
                Show(worker, drain.IsCancellationRequested, ref shown);
            }
        }

        if (!Stopping)
        {
            Write(notices);
            WriteProgress(new ProgressRecord(ProgressId, "Worker", "Ended") { RecordType = ProgressRecordType.Completed });
        }

        working.GetAwaiter().GetResult();
    }

    private void Write(ConcurrentQueue<WorkerNotice> notices)
    {
        while (notices.TryDequeue(out var notice))
        {
            if (notice.Kind is WorkerNoticeKind.ConnectionLost or WorkerNoticeKind.Refused or WorkerNoticeKind.ResultDelayed)
            {
                WriteWarning(notice.Message);
            }
            else
            {
                WriteVerbose(notice.Message);
            }

            if (notice.Error is { } error)
            {
                WriteDebug($"{error}");
            }
        }
    }

    private void Show(BatchWorker worker, bool draining, ref string shown)
    {
        var status = $"{worker.Items.Count(static item => item.Seconds is not null)} at work, {worker.Succeeded:N0} succeeded, {worker.Failed:N0} failed{(draining ? ", draining" : worker.IsConnected ? string.Empty : ", not connected")}";
        if (status != shown)
        {
            shown = status;
            WriteProgress(new ProgressRecord(ProgressId, $"Worker {worker.Name.Name}", status));
        }
    }
}
