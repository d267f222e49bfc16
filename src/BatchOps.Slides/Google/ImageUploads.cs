namespace BatchOps.Slides.Google;

/// <summary>Gives images addresses that Google can fetch, for one run. Safe for many threads.</summary>
internal sealed class ImageUploads : IAsyncDisposable
{
    /// <summary>A web address stays as it is; a file is uploaded once per content and run.</summary>
    /// <param name="source">A path or an http(s) address.</param>
    /// <param name="lifetime">The deck that uses it, or null when it stays until the run's end.</param>
    /// <param name="deck">On whose behalf.</param>
    /// <returns>The address.</returns>
    public Task<string> GetUrlAsync(string source, object? lifetime, DeckCalls deck) => throw new NotImplementedException();

    /// <summary>Deletes what only this deck used.</summary>
    public Task ReleaseAsync(object lifetime) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
