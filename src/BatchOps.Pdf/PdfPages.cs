using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace BatchOps.Pdf;

/// <summary>Extracts pages.</summary>
public static class PdfPages
{
    /// <summary>
    /// Extracts pages side by side and hands each out as it gets ready, not always in order. Whatever happens to a page, it
    /// comes exactly once, with a status. When the caller stops looking, all child processes are ended.
    /// </summary>
    /// <param name="file">The file; it must stay open as long as pages are taken.</param>
    /// <param name="pages">Page numbers from 1, as <see cref="PageRanges.Parse"/> gives them; a number that stands twice counts once.</param>
    /// <param name="options">What is extracted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PdfException">A page is not in the file, or a tool that is needed for every page is missing. Thrown before anything starts.</exception>
    public static IAsyncEnumerable<PdfPage> ExtractAsync(PdfFile file, IReadOnlyList<int> pages, PdfExtractOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(pages);
        options ??= new PdfExtractOptions();
        ExtractCheck.Check(file, pages, options);
        return RunAsync(file, pages, options, cancellationToken);
    }

    private static async IAsyncEnumerable<PdfPage> RunAsync(PdfFile file, IReadOnlyList<int> pages, PdfExtractOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pace = file.Tools.NewPace(options);
        var queue = new PageQueue(file, pages, pace);

        // One more than processes: while a worker looks at what its process made, the process of another is at work.
        var processes = file.Tools.MaxProcesses;
        var workers = Math.Min(processes == 1 ? 1 : processes + 1, queue.Count);

        // Pages that wait for a slow caller hold no process, but memory: few wait.
        var ready = Channel.CreateBounded<PdfPage>(new BoundedChannelOptions(Math.Max(2 * workers, 1)) { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var extraction = new PageExtraction(file, options, pace);
        var work = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(extraction, queue, ready.Writer, stop.Token), CancellationToken.None)));
        var closing = work.ContinueWith(done => ready.Writer.TryComplete(done.Exception?.InnerException), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await foreach (var page in ready.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return page;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await closing.ConfigureAwait(false);
        }
    }

    private static async Task WorkAsync(PageExtraction extraction, PageQueue queue, ChannelWriter<PdfPage> ready, CancellationToken cancellationToken)
    {
        while (queue.Take() is { } run)
        {
            await foreach (var page in extraction.ExtractAsync(run.First, run.Count, cancellationToken).ConfigureAwait(false))
            {
                await ready.WriteAsync(page, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
