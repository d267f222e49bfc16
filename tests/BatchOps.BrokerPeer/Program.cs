using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using BatchOps.BrokerPeer;
using BatchOps.Distributed;

// A worker or a submitter in a process of its own, which tests and benchmarks start, freeze and kill.
if (args is ["--alone"])
{
    await PeerHandler.RunChildAsync();
    return;
}

var settings = JsonSerializer.Deserialize<PeerSettings>((await Console.In.ReadLineAsync())!)!;
if (args is ["--submit"])
{
    await Submitter.RunAsync(settings);
    return;
}

// A worker drains when its standard input ends, or on SIGTERM.
using var drain = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    drain.Cancel();
});
_ = Task.Run(async () =>
{
    await Console.In.ReadToEndAsync();
    await drain.CancelAsync();
});
using var handler = new PeerHandler(settings);
var worker = new BatchWorker(
    new WorkerOptions
    {
        Broker = settings.Broker,
        Signer = settings.Signer,
        ThrottleLimit = settings.ThrottleLimit,
        ReadAhead = settings.ReadAhead,
        OnNotice = notice =>
        {
            if (settings.TellsConnected && notice.Kind == WorkerNoticeKind.Connected)
            {
                Console.WriteLine("connected");
            }

            if (settings.DiesAfterResult && notice.Kind == WorkerNoticeKind.Finished)
            {
                Process.GetCurrentProcess().Kill();
            }
        },
    },
    handler);
await worker.RunAsync(drain.Token);
Console.WriteLine($"ended {GC.GetTotalMemory(forceFullCollection: true) >> 10} KB");
