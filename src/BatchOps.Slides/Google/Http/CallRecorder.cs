namespace BatchOps.Slides.Google.Http;

/// <summary>
/// Keeps what the client library does not pass on: where a call went and the headers of its answer.
/// Disposing it leaves the pool below alone, or the first service to go would close the sockets of all.
/// </summary>
/// <param name="pool">Sends.</param>
/// <param name="records">Whether what it sends are calls; the fetching of tokens is none.</param>
internal sealed class CallRecorder(HttpMessageHandler pool, bool records) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _pool = new(pool, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var exchange = records ? CallExchange.Current : null;
        exchange?.Sent(request);
        var response = await _pool.SendAsync(request, cancellationToken).ConfigureAwait(false);
        exchange?.Answered(response);
        return response;
    }
}
