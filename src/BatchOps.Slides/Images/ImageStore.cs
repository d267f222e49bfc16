using System.Collections.Concurrent;

namespace BatchOps.Slides;

/// <summary>
/// Reads pictures from files and web addresses, each once per run however many decks ask for it. Safe for many threads.
/// </summary>
public sealed class ImageStore : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ImageContent>>> _kept = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lazy<HttpClient> _http;
    private readonly HttpMessageHandler? _handler;
    private readonly string _folder;
    private long _bytes;

    /// <summary>Creates a store.</summary>
    /// <param name="folder">What relative paths begin at; the current folder by default.</param>
    /// <param name="limits">How large pictures may be.</param>
    /// <param name="handler">What web addresses are read with; stays the caller's. By default a handler of the store's own.</param>
    public ImageStore(string? folder = null, ImageLimits? limits = null, HttpMessageHandler? handler = null)
    {
        _folder = folder ?? Environment.CurrentDirectory;
        Limits = limits ?? new ImageLimits();
        _handler = handler;
        _http = new Lazy<HttpClient>(() => new HttpClient(_handler ?? new SocketsHttpHandler(), disposeHandler: _handler is null) { Timeout = TimeSpan.FromSeconds(100) });
    }

    /// <summary>How large pictures may be.</summary>
    public ImageLimits Limits { get; }

    /// <summary>Reads a picture.</summary>
    /// <param name="source">A path or an http(s) address.</param>
    /// <param name="cancellationToken">Gives up waiting; others who wait for the same picture go on.</param>
    /// <exception cref="DeckException">It is not there, of a kind that can't be placed, or too large.</exception>
    public async Task<ImageContent> GetAsync(string source, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        var address = Address(source);
        var key = address?.AbsoluteUri ?? Path.GetFullPath(source, _folder);
        var reading = _kept.GetOrAdd(key, _ => new Lazy<Task<ImageContent>>(() => Task.Run(() => ReadAsync(address, key), CancellationToken.None)));
        try
        {
            return await reading.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch when (reading.Value.IsFaulted || reading.Value.IsCanceled)
        {
            // The next one tries anew: a file may have come, a server may be back.
            _kept.TryRemove(new KeyValuePair<string, Lazy<Task<ImageContent>>>(key, reading));
            throw;
        }
    }

    /// <summary>Forgets all pictures and closes the connections.</summary>
    public void Dispose()
    {
        if (_disposed.IsCancellationRequested)
        {
            return;
        }

        _disposed.Cancel();
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }

        _kept.Clear();
        _disposed.Dispose();
    }

    private static Uri? Address(string source) =>
        Uri.TryCreate(source, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) ? uri : null;

    private async Task<ImageContent> ReadAsync(Uri? address, string key)
    {
        var name = address?.GetLeftPart(UriPartial.Path) ?? key;
        byte[] bytes;
        try
        {
            bytes = address is null ? ReadFile(key) : await DownloadAsync(address, name).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException and not DeckException or UnauthorizedAccessException or HttpRequestException or NotSupportedException)
        {
            throw new DeckException(DeckFault.ImageNotFound, $"The image '{name}' can't be read: {failure.Message}", failure);
        }
        catch (OperationCanceledException failure) when (!_disposed.IsCancellationRequested)
        {
            throw new DeckException(DeckFault.ImageNotFound, $"The image '{name}' did not arrive in time.", failure);
        }

        var image = ImageContent.Read(bytes, name, Limits);
        if (Interlocked.Add(ref _bytes, bytes.Length) > Limits.KeptBytes)
        {
            // What a run needs again and again comes back at once; pictures of single records must not pile up.
            _kept.Clear();
            Interlocked.Exchange(ref _bytes, 0);
        }

        return image;
    }

    private byte[] ReadFile(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new DeckException(DeckFault.ImageNotFound, $"There is no image '{path}'.");
        }

        return file.Length <= Limits.Bytes ? File.ReadAllBytes(path) : throw ImageContent.TooLarge(path, file.Length, Limits);
    }

    private async Task<byte[]> DownloadAsync(Uri address, string name)
    {
        using var reply = await _http.Value.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, _disposed.Token).ConfigureAwait(false);
        if (!reply.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"the server answered {(int)reply.StatusCode} {reply.ReasonPhrase}", null, reply.StatusCode);
        }

        if (reply.Content.Headers.ContentLength > Limits.Bytes)
        {
            throw ImageContent.TooLarge(name, reply.Content.Headers.ContentLength.Value, Limits);
        }

        using var kept = new MemoryStream();
        var body = await reply.Content.ReadAsStreamAsync(_disposed.Token).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var buffer = new byte[64 << 10];
            int read;
            while ((read = await body.ReadAsync(buffer, _disposed.Token).ConfigureAwait(false)) > 0)
            {
                kept.Write(buffer, 0, read);
                if (kept.Length > Limits.Bytes)
                {
                    throw ImageContent.TooLarge(name, kept.Length, Limits);
                }
            }
        }

        return kept.ToArray();
    }
}
