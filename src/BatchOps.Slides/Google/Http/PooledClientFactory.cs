using System.Collections.Concurrent;
using System.Net;
using Google.Apis.Http;

namespace BatchOps.Slides.Google.Http;

/// <summary>Gives all clients of the process with the same pool size the same sockets.</summary>
/// <param name="poolSize">Most connections to one host.</param>
/// <param name="records">Whether the clients send calls; those that fetch tokens don't.</param>
internal sealed class PooledClientFactory(int poolSize, bool records) : HttpClientFactory, IHttpClientFactory
{
    private static readonly ConcurrentDictionary<int, Lazy<SocketsHttpHandler>> Pools = new();

    ConfigurableHttpClient IHttpClientFactory.CreateHttpClient(CreateHttpClientArgs args)
    {
        var client = CreateHttpClient(args);

        // The engine retries, and knows the deck's deadline and the server's wishes; a second layer below would multiply the attempts.
        client.MessageHandler.NumTries = 1;

        // Each call has a timeout of its own.
        client.Timeout = Timeout.InfiniteTimeSpan;
        return client;
    }

    protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) =>
        new CallRecorder(Pools.GetOrAdd(poolSize, static size => new(() => Open(size))).Value, records);

    private static SocketsHttpHandler Open(int size) => new()
    {
        // 308 is an answer to a piece of an upload, not a redirect; the client follows real ones itself.
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        MaxConnectionsPerServer = size,

        // A pool that lives as long as the process must notice that a name has moved.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    };
}
