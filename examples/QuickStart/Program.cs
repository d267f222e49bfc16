using BatchOps.QuickStart;

// The main jobs on the engine, with live progress. Needs nothing but the .NET SDK; talks to nobody but itself.
using var cancel = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    // The first Ctrl+C ends the job at hand in order; a second one ends the program.
    e.Cancel = !cancel.IsCancellationRequested;
    cancel.Cancel();
};

var succeeded = await RestCalls.RunAsync(cancel.Token)
    & await SerializedHosts.RunAsync(cancel.Token)
    & await FileHashes.RunAsync(cancel.Token);
return succeeded && !cancel.IsCancellationRequested ? 0 : 1;
