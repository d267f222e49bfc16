using System.Runtime.InteropServices;
using BatchOps.Engine;
using Google.Apis.Drive.v3.Data;
using File = Google.Apis.Drive.v3.Data.File;

namespace BatchOps.Slides.Google;

/// <summary>
/// Gives images addresses that Google can fetch, for one run: a web address stays as it is, a file is uploaded once per
/// content, made public, and deleted when no deck needs it any longer. Safe for many threads.
/// </summary>
internal sealed class ImageUploads : IAsyncDisposable
{
    // Only what is to be deleted again bears it, so that a sweep can ask for it.
    private const string TemporaryProperty = "batchops-temporary";
    private const string TemporaryValue = "image";
    private const string RunProperty = "batchops-upload";
    private const string ImageProperty = "batchops-image";

    private const int LongestUrl = 2048;

    // Deleting side by side, but not so that it takes the connections of runs at work.
    private const int DeletesAtOnce = 4;

    private readonly object _sync = new();
    private readonly Dictionary<string, UploadedImage> _images = new(StringComparer.Ordinal);
    private readonly List<UploadedImage> _leftovers = [];
    private readonly GoogleCalls _calls;
    private readonly DriveFiles _files;
    private readonly ImageStore _store;
    private readonly ImageUploadOptions _options;
    private readonly Guid _run;
    private RunMarker? _marker;
    private GoogleCallException? _refusal;
    private int _count;
    private bool _disposed;

    /// <summary>Begins; nothing is sent yet.</summary>
    /// <param name="calls">The way to Google.</param>
    /// <param name="run">The run, which uploads are stamped with.</param>
    /// <param name="options">How images are uploaded.</param>
    public ImageUploads(GoogleCalls calls, Guid run, ImageUploadOptions? options = null)
    {
        _calls = calls;
        _files = new DriveFiles(calls);
        _run = run;
        _options = options ?? new ImageUploadOptions();
        _store = new ImageStore(_options.Folder, Limits);
    }

    /// <summary>What Slides takes.</summary>
    public static ImageLimits Limits { get; } = new() { Bytes = (50 << 20) - 1, Pixels = 25_000_000, KeptBytes = 64 << 20 };

    /// <summary>Ids of uploads that could not be deleted so far, and so are public still.</summary>
    public IReadOnlyList<string> NotDeleted
    {
        get
        {
            lock (_sync)
            {
                return [.. _leftovers.Select(static image => image.FileId).OfType<string>()];
            }
        }
    }

    /// <summary>The address of an image that Google can fetch; the image is uploaded when it is a file and was not yet.</summary>
    /// <param name="source">A path or an http(s) address.</param>
    /// <param name="user">The deck that uses it, the same object over its attempts, until <see cref="ReleaseAsync"/>; null when it is to stay until the run's end.</param>
    /// <param name="deck">On whose behalf.</param>
    /// <exception cref="DeckException">The image is not there, of a kind that Slides does not take, or too large.</exception>
    /// <exception cref="GoogleCallException">Google refused it, or the connection broke.</exception>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public async Task<string> GetUrlAsync(string source, object? user, DeckCalls deck)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        if (Uri.TryCreate(source, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
        {
            return source.Length <= LongestUrl
                ? source
                : throw new DeckException(DeckFault.ImageNotSupported, $"The address of the image '{address.GetLeftPart(UriPartial.Path)}' has {source.Length} letters; Slides takes {LongestUrl}. Give a shorter one, or a file.");
        }

        var content = await _store.GetAsync(source, deck.CancellationToken).ConfigureAwait(false);
        while (true)
        {
            var image = Claim(content.Hash, user, out var work, out var isMine);
            if (isMine)
            {
                return await UploadAsync(image, content, work!, deck).ConfigureAwait(false);
            }

            try
            {
                return work is null ? image.Url! : await work.Task.WaitAsync(deck.CancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!deck.CancellationToken.IsCancellationRequested)
            {
                // The deck that was at it has been stopped: another one takes over.
            }
        }
    }

    /// <summary>A deck has come to its end: what only it used is deleted.</summary>
    /// <param name="user">The deck.</param>
    /// <param name="deck">On whose behalf; once it is canceled the deleting goes on without it, for a bounded time.</param>
    /// <remarks>Never throws: what can't be deleted now is deleted at the run's end, or by a later <see cref="SweepAsync"/>.</remarks>
    public async Task ReleaseAsync(object user, DeckCalls deck)
    {
        List<UploadedImage> unused = [];
        lock (_sync)
        {
            foreach (var image in _images.Values)
            {
                // An upload that a stopped deck has not let go of yet is left to the run's end.
                if (image.Users.Remove(user) && image.Users.Count == 0 && !image.Stays && image.Work is null)
                {
                    unused.Add(image);
                }
            }

            unused.ForEach(image => _images.Remove(image.Hash));
        }

        await DeleteAsync(unused, deck).ConfigureAwait(false);
    }

    /// <summary>
    /// Deletes what killed runs have left public. An upload is left alone while its run is alive on this machine, deleted
    /// when that run is known to be dead, and goes by its age when the run was on another machine.
    /// </summary>
    /// <param name="deck">On whose behalf.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="GoogleCallException">The service was in trouble; the next sweep goes on.</exception>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public async Task<int> SweepAsync(DeckCalls deck)
    {
        var stale = _calls.Time.GetUtcNow() - _options.StaleAfter;
        var deleted = 0;
        foreach (var file in await _files.ListAsync("id,createdTime,appProperties", deck, (TemporaryProperty, TemporaryValue)).ConfigureAwait(false))
        {
            if (!IsLeftBehind(file, stale))
            {
                continue;
            }

            try
            {
                await _files.DeleteAsync(file.Id!, deck).ConfigureAwait(false);
                deleted++;
            }
            catch (GoogleCallException refused) when (OutcomeClassifier.Classify(refused).Class == OutcomeClass.ItemFault)
            {
                // Another user's, seen through a shared drive: that user's next run deletes it.
            }
        }

        RunMarker.Tidy(_options.MarkerFolder, stale);
        return deleted;
    }

    /// <summary>The run has come to its end, well or not: all its uploads are deleted, within a bounded time.</summary>
    public async ValueTask DisposeAsync()
    {
        List<UploadedImage> all;
        lock (_sync)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            all = [.. _images.Values, .. _leftovers];
            _images.Clear();
            _leftovers.Clear();
        }

        using var late = new CancellationTokenSource(_options.CleanupTimeout, _calls.Time);
        await DeleteAsync(all, DeckCalls.Unattended(late.Token)).ConfigureAwait(false);
        _store.Dispose();
        lock (_sync)
        {
            if (_leftovers.Count == 0)
            {
                _marker?.Remove();
            }
            else
            {
                // The next run's sweep sees that this one is over.
                _marker?.Dispose();
            }
        }
    }

    private bool IsLeftBehind(File file, DateTimeOffset stale)
    {
        if (file.AppProperties?.TryGetValue(RunProperty, out var stamp) != true || !Guid.TryParseExact(stamp, "N", out var run))
        {
            return false;
        }

        var isAlive = run == _run ? true : RunMarker.IsAlive(_options.MarkerFolder, run);
        return isAlive is { } known ? !known : file.CreatedTimeDateTimeOffset < stale;
    }

    private UploadedImage Claim(string hash, object? user, out TaskCompletionSource<string>? work, out bool isMine)
    {
        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_images.TryGetValue(hash, out var image))
            {
                _images.Add(hash, image = new UploadedImage(hash, $"{hash}.{++_count}"));
            }

            if (user is null)
            {
                image.Stays = true;
            }
            else
            {
                image.Users.Add(user);
            }

            isMine = image.Url is null && image.Work is null;
            if (isMine)
            {
                image.Work = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                _marker ??= new RunMarker(_options.MarkerFolder, _run);
            }

            work = image.Work;
            return image;
        }
    }

    private async Task<string> UploadAsync(UploadedImage image, ImageContent content, TaskCompletionSource<string> work, DeckCalls deck)
    {
        try
        {
            var url = await PublishAsync(image, content, deck).ConfigureAwait(false);
            End(url);
            work.SetResult(url);
            return url;
        }
        catch (OperationCanceledException)
        {
            End(null);
            work.SetCanceled(CancellationToken.None);
            throw;
        }
        catch (Exception failure)
        {
            // Who waits now fails with it; who asks later tries anew.
            End(null);
            work.SetException(failure);
            _ = work.Task.Exception;
            throw;
        }

        void End(string? url)
        {
            lock (_sync)
            {
                image.Url = url;
                image.Work = null;
            }
        }
    }

    private async Task<string> PublishAsync(UploadedImage image, ImageContent content, DeckCalls deck)
    {
        if (_refusal is { } refusal)
        {
            // The organisation's rules don't change within a run: nothing more is sent for them to refuse.
            throw new GoogleCallException(refusal.Message, refusal.StatusCode, refusal.Reason, null, refusal);
        }

        if (image.FileId is null && image.MayBeThere)
        {
            Found(image, await FindAsync(image, deck).ConfigureAwait(false));
        }

        if (image.FileId is null)
        {
            await CreateAsync(image, content, deck).ConfigureAwait(false);
        }

        if (Volatile.Read(ref _disposed))
        {
            // The run is over, and has not seen this upload end.
            await DeleteAsync([image], deck).ConfigureAwait(false);
            throw new OperationCanceledException("The run has ended.");
        }

        var permission = _calls.Drive.Permissions.Create(new Permission { Type = "anyone", Role = "reader" }, image.FileId!);
        permission.SupportsAllDrives = true;
        permission.Fields = "id";
        try
        {
            await _calls.ExecuteAsync(permission, GoogleLimit.Drive, deck).ConfigureAwait(false);
        }
        catch (GoogleCallException failure) when (failure.Reason == "publishOutNotPermitted")
        {
            _refusal = failure;
            throw;
        }

        return image.Link!;
    }

    private async Task CreateAsync(UploadedImage image, ImageContent content, DeckCalls deck)
    {
        const string Fields = "id,webContentLink";
        var properties = new Dictionary<string, string>(StringComparer.Ordinal) { [RunProperty] = _run.ToString("N"), [ImageProperty] = image.Stamp };
        if (!_options.KeepUploads)
        {
            properties.Add(TemporaryProperty, TemporaryValue);
        }

        var body = new File
        {
            Name = $"BatchOps image {image.Hash[..12]}.{content.Extension}",
            MimeType = content.ContentType,
            Parents = _options.DriveFolderId is { } folder ? [folder] : null,
            AppProperties = properties,
        };
        var mightBeThere = image.MayBeThere;
        image.MayBeThere = true;
        try
        {
            if (content.Bytes.Length <= MultipartUpload.LargestContent)
            {
                Found(image, await _calls.ExecuteAsync(new MultipartUpload(_calls.Drive, body, content.Bytes, content.ContentType) { Fields = Fields, SupportsAllDrives = true }, GoogleLimit.Drive, deck).ConfigureAwait(false));
            }
            else
            {
                using var stream = Stream(content.Bytes);
                var upload = _calls.Drive.Files.Create(body, stream, content.ContentType);
                upload.Fields = Fields;
                upload.SupportsAllDrives = true;
                Found(image, await _calls.UploadAsync(upload, GoogleLimit.Drive, deck).ConfigureAwait(false));
            }
        }
        catch (Exception failure) when (!GoogleCallException.MayHaveBeenApplied(failure))
        {
            image.MayBeThere = mightBeThere;
            throw;
        }
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(bytes.ToArray(), writable: false);

    private static void Found(UploadedImage image, File? file)
    {
        image.FileId = file?.Id;
        image.Link = file?.WebContentLink ?? (file is null ? null : $"https://drive.google.com/uc?export=download&id={file.Id}");
    }

    private async Task<File?> FindAsync(UploadedImage image, DeckCalls deck)
    {
        var found = await _files.ListAsync("id,webContentLink", deck, (RunProperty, _run.ToString("N")), (ImageProperty, image.Stamp)).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    private async Task DeleteAsync(IReadOnlyCollection<UploadedImage> images, DeckCalls deck)
    {
        if (_options.KeepUploads || images.Count == 0)
        {
            return;
        }

        await Parallel.ForEachAsync(images, new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce }, async (image, _) =>
        {
            try
            {
                await DeleteAsync(image, deck).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is HttpRequestException or TimeoutException or OperationCanceledException)
            {
                lock (_sync)
                {
                    _leftovers.Add(image);
                }
            }
        }).ConfigureAwait(false);
    }

    private async Task DeleteAsync(UploadedImage image, DeckCalls deck)
    {
        CancellationTokenSource? late = null;
        if (deck.CancellationToken.IsCancellationRequested && deck.Lease is not null)
        {
            late = new CancellationTokenSource(_options.CleanupTimeout, _calls.Time);
            deck = DeckCalls.Unattended(late.Token);
        }

        using (late)
        {
            if (image.FileId is null && image.MayBeThere)
            {
                Found(image, await FindAsync(image, deck).ConfigureAwait(false));
            }

            if (image.FileId is { } id)
            {
                await _files.DeleteAsync(id, deck).ConfigureAwait(false);
            }
        }
    }
}
