namespace BatchOps.Slides.Google;

/// <summary>How Google is reached.</summary>
public sealed record GoogleConnectionOptions
{
    /// <summary>Another server that speaks the same language, such as one on this machine for tests.</summary>
    /// <value>An https address, or an http address of this machine; default null: Google's own.</value>
    public Uri? Endpoint { get; init; }

    /// <summary>Most connections to one host, shared by all connections of the process with the same number.</summary>
    /// <value>1 to 1000; default 20.</value>
    public int PoolSize { get; init; } = 20;

    /// <summary>How long one call may take, from sending to the end of its answer; of a large upload, each piece.</summary>
    /// <value>More than 0; default 100 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>What the calls name as their sender.</summary>
    /// <value>Default <c>BatchOps</c>.</value>
    public string ApplicationName { get; init; } = "BatchOps";

    internal void Validate()
    {
        if (Endpoint is { } endpoint && !(endpoint.IsAbsoluteUri && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback))))
        {
            throw new GoogleSetupException($"The endpoint '{endpoint}' is no https address. Credentials are sent there: give 'https://host/', or 'http://127.0.0.1:port/' of a server on this machine.");
        }

        if (PoolSize is < 1 or > 1000)
        {
            throw new GoogleSetupException($"The pool size is {PoolSize}; it must lie between 1 and 1000.");
        }

        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromDays(1))
        {
            throw new GoogleSetupException($"The timeout of a call is {Timeout.TotalSeconds} s; it must be more than 0 and at most a day.");
        }

        if (string.IsNullOrWhiteSpace(ApplicationName))
        {
            throw new GoogleSetupException("The application name is empty; leave it out for 'BatchOps'.");
        }
    }
}
