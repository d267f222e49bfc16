namespace BatchOps.Slides.Google.Http;

/// <summary>
/// Keeps what the client library does not pass on: where a call went and the headers of its answer.
/// Disposing it leaves the pool below alone, or the first service to go would close the sockets of all.
/// </summary>
internal sealed class CallRecorder(HttpMessageHandler pool) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _pool = new(pool, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var exchange = CallExchange.Current;
        exchange?.Sent(request);
        var response = await _pool.SendAsync(request, cancellationToken).ConfigureAwait(false);
        exchange?.Answered(response);
        return response;
    }
}
