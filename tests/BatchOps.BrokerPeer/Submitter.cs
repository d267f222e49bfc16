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
        for (var i = 0; i < settings.Items; i++)
        {
            var item = i.ToString(CultureInfo.InvariantCulture);
            while (!run.TryPost(item, new ItemTraits { Key = item }))
            {
                await run.WaitForResultAsync();
                Take(run);
            }
        }

        run.CompleteAdding();
        while (await run.WaitForResultAsync())
        {
            Take(run);
        }

        Console.WriteLine("ended");
    }

    private static void Take(BatchRun<string, string> run)
    {
        while (run.TryTakeResult(out var result))
        {
            Console.WriteLine(result.Index);
        }
    }
}
