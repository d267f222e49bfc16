using System.Globalization;
using BatchOps.Distributed;
using BatchOps.Engine;

namespace BatchOps.BrokerPeer;

/// <summary>A submitter in a process of its own, to be killed: it writes the index of each item whose outcome it was handed.</summary>
internal static class Submitter
{
    public static async Task RunAsync(PeerSettings settings)
    {
        await using var submitter = await BrokerSubmitter.OpenAsync(new SubmitterOptions { Broker = settings.Broker, Signer = settings.Signer });
        var run = new BatchRun<string, string>(new BatchOptions
        {
            Remote = true,
            ThrottleLimit = settings.ThrottleLimit,
            BatchName = "peer",
            Journal = new JournalOptions { Path = settings.Journal!, OperationHash = "wait" },
        });
        submitter.Attach(run, new TextCodec("wait", settings.Milliseconds.ToString(CultureInfo.InvariantCulture)));
        var items = Enumerable.Range(0, settings.Items).Select(static i => i.ToString(CultureInfo.InvariantCulture));
        await foreach (var result in Batch.StreamAsync(run, items, static item => new ItemTraits { Key = item }))
        {
            Console.WriteLine(result.Index);
        }

        Console.WriteLine("ended");
    }
}
