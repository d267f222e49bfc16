using System.Security.Cryptography;
using BatchOps.Engine;

namespace BatchOps.QuickStart;

/// <summary>Hashes files on worker threads, equal files once, and hands the results out in input order.</summary>
internal static class FileHashes
{
    private const int Items = 400;

    public static async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("batchops-");
        try
        {
            for (var i = 0; i < 20; i++)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"{i}.bin"), RandomNumberGenerator.GetBytes(256 * 1024), cancellationToken);
            }

            var files = Enumerable.Range(0, Items).Select(i => Path.Combine(folder.FullName, $"{i % 20}.bin"));
            var run = new BatchRun<string, string>(new BatchOptions { ThrottleLimit = Environment.ProcessorCount, Ordered = true, Deduplicate = true, TotalCount = Items });
            ThreadExecutor<string, string>.Attach(run, static lease =>
            {
                using var stream = File.OpenRead(lease.Input);
                return Convert.ToHexString(SHA256.HashData(stream));
            });
            var summary = await ProgressLine.ShowAsync($"{Items} files to hash, 20 of them different, in input order:", run, files, static file => new ItemTraits { Key = file }, cancellationToken);
            return summary is { Succeeded: Items, Executed: 20 };
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
