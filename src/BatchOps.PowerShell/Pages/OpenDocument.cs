using System.Security.Cryptography;
using BatchOps.Pdf;
using BatchOps.Pdf.Bills;
using BatchOps.PowerShell.Intake;

namespace BatchOps.PowerShell.Pages;

/// <summary>An open file from its first page to its last: extracts pages ahead of those who ask for them, and closes when all have been asked for.</summary>
internal sealed class OpenDocument : IDisposable
{
    // What is extracted ahead is bounded; with images in memory the caller says to how much.
    private const int Window = 256;

    private readonly object _sync = new();
    private readonly PdfFile _file;
    private readonly PdfExtractOptions _options;
    private readonly TimeSpan? _timeout;
    private readonly CancellationTokenSource _stop;
    private readonly Dictionary<int, TaskCompletionSource<PdfPage>> _pages = [];
    private readonly HashSet<int> _begun = [];
    private readonly List<Task> _reading = [];
    private readonly int _window;
    private CancellationTokenSource? _deadline;
    private int _open;
    private bool _disposed;

    public OpenDocument(PdfFile file, IReadOnlyList<int> pages, PdfExtractOptions options, int imagesAhead, TimeSpan? timeout, CancellationToken stop)
    {
        _file = file;
        _options = options;
        _timeout = timeout;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _window = options.Content.HasFlag(PdfContent.Image) && options.ImageFolder is null ? imagesAhead : Window;
        _open = pages.Count;
        Pages = pages;
    }

    /// <summary>The pages that are wanted, in their order.</summary>
    public IReadOnlyList<int> Pages { get; }

    public string Path => _file.Path;

    public int PageCount => _file.PageCount;

    /// <summary>A hash of the content, in hexadecimal; null when nobody needs keys.</summary>
    public string? ContentHash { get; init; }

    /// <summary>Pages as the pipeline got them, for the object of the whole file; null when none is wanted.</summary>
    public List<PageOutput>? Delivered { get; init; }

    /// <summary>Pages that an earlier run did, of which nothing is left to hand out.</summary>
    public List<int> Missing { get; } = [];

    /// <summary>Whether this run handed out a page; a file that is done needs no object once more.</summary>
    public bool HasOutput { get; set; }

    /// <summary>Pages of bills as they ended, failed ones too; null when none are read.</summary>
    public List<BillPage>? Bills { get; init; }

    /// <summary>A hash of a file's content.</summary>
    /// <exception cref="BatchArgumentException">It is a stream, which can be read only once.</exception>
    public static string HashOf(PdfInput input)
    {
        using var stream = input.Path is null ? null : File.OpenRead(input.Path);
        return Convert.ToHexString(
            stream is not null ? SHA256.HashData(stream)
            : input.Content is byte[] bytes ? SHA256.HashData(bytes)
            : throw new BatchArgumentException(ContentKey.KeyRequired, "A stream has no key of its own. Say what makes two of them the same work with -Key, or pipe in bytes or files.", input.Item));
    }

    /// <summary>Gives a page; the first of a window starts the extraction of all of them.</summary>
    /// <exception cref="PdfException">The file's time was up before the page.</exception>
    public async Task<PdfPage> GetAsync(int page, CancellationToken cancellationToken)
    {
        Task<PdfPage> waiting;
        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Begin(page);
            waiting = _pages[page].Task;
        }

        return await waiting.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says that a page has ended, whether it was extracted or not. The last one closes the file.</summary>
    /// <returns>Whether it was the last.</returns>
    public bool End()
    {
        if (Interlocked.Decrement(ref _open) > 0)
        {
            return false;
        }

        Dispose();
        return true;
    }

    /// <summary>Ends what is still being extracted, and deletes private copies.</summary>
    public void Dispose()
    {
        lock (_sync)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _stop.Cancel();
        _ = Task.WhenAll(_reading).ContinueWith(
            _ =>
            {
                _deadline?.Dispose();
                _stop.Dispose();
                _file.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Waits until nothing is at work for the file any more.</summary>
    public Task WhenIdle => Task.WhenAll(_reading);

    private void Begin(int page)
    {
        if (_pages.ContainsKey(page))
        {
            return;
        }

        if (_deadline is null && _timeout is { } timeout)
        {
            _deadline = new CancellationTokenSource(timeout);
        }

        // From the page that is asked for: what lies before it was taken from a journal.
        var place = Pages.ToList().IndexOf(page);
        var window = Pages.Skip(place).Take(_window).Where(one => _begun.Add(one)).ToList();
        foreach (var one in window)
        {
            _pages[one] = new TaskCompletionSource<PdfPage>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _reading.Add(Task.Run(() => ReadAsync(window)));
    }

    private async Task ReadAsync(List<int> window)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, _deadline?.Token ?? CancellationToken.None);
        try
        {
            await foreach (var page in PdfPages.ExtractAsync(_file, window, _options, stop.Token).ConfigureAwait(false))
            {
                Set(page.PageNumber, task => task.TrySetResult(page));
            }
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            Fail(window, new PdfException(PdfFault.TimedOut, $"'{Path}' took longer than -DocumentTimeoutSeconds {_timeout!.Value.TotalSeconds:0.###}; the pages that were done before are handed out."));
        }
        catch (OperationCanceledException)
        {
            window.ForEach(page => Set(page, static task => task.TrySetCanceled()));
        }
        catch (Exception failure)
        {
            Fail(window, failure);
        }
    }

    private void Fail(List<int> window, Exception failure) => window.ForEach(page => Set(page, task => task.TrySetException(failure)));

    private void Set(int page, Action<TaskCompletionSource<PdfPage>> end)
    {
        TaskCompletionSource<PdfPage> task;
        lock (_sync)
        {
            task = _pages[page];
        }

        end(task);

        // Who does not ask for it has been stopped: nobody is to be told.
        _ = task.Task.Exception;
    }
}
