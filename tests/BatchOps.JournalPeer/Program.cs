using System.Text;
using BatchOps.Engine;
using BatchOps.JournalPeer;

// A journalled run in a process of its own, for tests that kill it or that need a second process. It says on its output
// what a caller would know: "ready", "open", "inside <item>" of one that is held, "ack <index> <status> <resumed> <output>"
// for each result that it was handed, then "end <succeeded>" or "fault <kind> <message>".
var settings = PeerSettings.Parse(args);
using var output = Console.OpenStandardOutput();
using var log = new ExecutionLog(settings.Log);
using var input = Console.In;
Say("ready");
try
{
    var run = new BatchRun<int, string>(new BatchOptions
    {
        BatchName = settings.Batch,
        ThrottleLimit = settings.Throttle,
        Ordered = settings.Ordered,
        UsageLimit = settings.Usage,
        Remote = settings.Starts is not null,
        Journal = new JournalOptions { Path = settings.Journal, OperationHash = "peer", Resume = settings.Resume },
    });
    Say("open");
    ThreadExecutor<int, string>.Attach(run, Execute);
    await foreach (var result in Batch.StreamAsync(run, Enumerable.Range(0, settings.Items), static item => new ItemTraits { Key = item }))
    {
        Say($"ack {result.Index} {result.Status} {(result.Resumed ? 1 : 0)} {result.Output?.TrimEnd('.')}");
    }

    Say($"end {run.Summary.Succeeded}");
    return 0;
}
catch (JournalException error)
{
    Say($"fault {error.Fault} {error.Message}");
    return 3;
}

string Execute(Lease<int, string> lease)
{
    log.Write($"exec {lease.Input}");
    for (var start = 0; start < settings.Starts; start++)
    {
        lease.NoteStarted(worker: start + 1);
    }

    if (settings.Hold)
    {
        Say($"inside {lease.Input}");
        input.ReadLine();
    }

    for (var step = 0; step < settings.Steps; step++)
    {
        var name = $"step {step}";
        var value = $"\"{lease.Input}/{step}\"";
        if (lease.FindStep(name) is { } stored)
        {
            log.Write(stored.Text == value ? $"found {lease.Input} {step}" : $"wrong {lease.Input} {step} {stored.Text}");
            continue;
        }

        log.Write($"paid {lease.Input} {step}");
        lease.StoreStep(name, new StoredValue(value, Lossy: false));
        log.Write($"stored {lease.Input} {step}");
    }

    // Some longer than others, so that they end in another order than they started.
    Thread.Sleep(lease.Input % 4);
    return (lease.Input * 10).ToString(System.Globalization.CultureInfo.InvariantCulture).PadRight(settings.Padding, '.');
}

void Say(string line)
{
    var bytes = Encoding.UTF8.GetBytes(line + "\n");
    lock (output)
    {
        output.Write(bytes);
    }
}
