using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace BatchOps.Emulators.Google;

/// <summary>Gets the images that requests name, without anybody's credentials. Files of the emulator's own are read from its store.</summary>
internal sealed class ImageFetcher(GoogleStore store, GoogleCounters counters) : IDisposable
{
    private const int MostUrl = 2048;
    private const int MostBytes = 50 * 1024 * 1024;
    private const long MostPixels = 25_000_000;

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = MostBytes };

    /// <exception cref="RequestProblem">The image cannot be had, or is none that the service takes.</exception>
    public async Task<StoredImage> FetchAsync(string url, string root)
    {
        if (Encoding.UTF8.GetByteCount(url) > MostUrl)
        {
            throw new RequestProblem("The image URL should be at most 2 kB in length.");
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw NoImage();
        }

        counters.ImageFetched(url);
        var content = OwnFile(address, root) ?? await LoadAsync(address);
        if (ImageSize.Read(content) is not { } image)
        {
            throw new RequestProblem("The provided image is in an unsupported format.");
        }

        if (image.Pixels > MostPixels)
        {
            throw new RequestProblem("The provided image is too large.");
        }

        var hash = GoogleStore.Hash(content);
        store.KeepImage(hash, content, image.MimeType);
        counters.ImageTaken(hash);
        return new StoredImage(url, hash);
    }

    public void Dispose() => _http.Dispose();

    private static RequestProblem NoImage() =>
        new("There was a problem retrieving the image. The provided image should be publicly accessible, within size limit, and in supported formats.");

    /// <summary>What <c>webContentLink</c> leads to, here or at Google's own host.</summary>
    private byte[]? OwnFile(Uri address, string root)
    {
        if (address.AbsolutePath != "/uc" || (address.Host != "drive.google.com" && address.Authority != new Uri(root).Authority))
        {
            return null;
        }

        var id = QueryHelpers.ParseQuery(address.Query).TryGetValue("id", out var value) ? value.ToString() : "";
        return store.FindFile(id) switch
        {
            null or { Trashed: true } => throw NoImage(),
            { IsPublic: false } => throw new RequestProblem("Access to the provided image was forbidden."),
            var file => file.Content.ToArray(),
        };
    }

    private async Task<byte[]> LoadAsync(Uri address)
    {
        try
        {
            return await _http.GetByteArrayAsync(address);
        }
        catch (HttpRequestException error) when (error.StatusCode is System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.Forbidden)
        {
            throw new RequestProblem("Access to the provided image was forbidden.");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            throw NoImage();
        }
    }
}
