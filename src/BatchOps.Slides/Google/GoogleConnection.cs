using BatchOps.Slides.Google.Http;
using Google.Apis.Drive.v3;
using Google.Apis.Http;
using Google.Apis.Services;
using Google.Apis.Slides.v1;

namespace BatchOps.Slides.Google;

/// <summary>The services of one account. Connections with the same pool size share their sockets.</summary>
public sealed class GoogleConnection : IDisposable
{
    /// <summary>Makes the services ready; nothing is sent yet.</summary>
    /// <param name="credentials">Who asks.</param>
    /// <param name="options">How Google is reached.</param>
    /// <exception cref="GoogleSetupException">An option is out of range.</exception>
    public GoogleConnection(GoogleCredentials credentials, GoogleConnectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        Options = options ?? new GoogleConnectionOptions();
        Options.Validate();
        Credentials = credentials;
        var sender = credentials.Credential.CreateWithHttpClientFactory(new PooledClientFactory(Options.PoolSize, records: false));
        var pool = new PooledClientFactory(Options.PoolSize, records: true);
        Slides = new SlidesService(Initializer(sender, pool, ""));
        Drive = new DriveService(Initializer(sender, pool, "drive/v3/"));
    }

    /// <summary>How Google is reached.</summary>
    public GoogleConnectionOptions Options { get; }

    /// <summary>Who asks.</summary>
    public GoogleCredentials Credentials { get; }

    internal SlidesService Slides { get; }

    internal DriveService Drive { get; }

    /// <summary>Lets go of the services; the sockets stay for others.</summary>
    public void Dispose()
    {
        Slides.Dispose();
        Drive.Dispose();
    }

    private BaseClientService.Initializer Initializer(IConfigurableHttpClientInitializer sender, PooledClientFactory pool, string path) => new()
    {
        ApplicationName = Options.ApplicationName,
        BaseUri = Options.Endpoint is { } endpoint ? new Uri(endpoint, "/" + path).AbsoluteUri : null,
        DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
        GZipEnabled = true,
        HttpClientFactory = pool,
        HttpClientInitializer = sender,

        // A long mask of fields would turn a read into a POST, which counts as a write.
        MaxUrlLength = 0,
    };
}
