using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using BatchOps.Engine;
using RabbitMQ.Client;

namespace BatchOps.Distributed;

/// <summary>
/// A connection to a broker that ends when it breaks: nothing is recovered behind one's back, since what was in flight is only
/// known to whoever sent it. Safe for many threads; a channel of it is not.
/// </summary>
internal sealed class BrokerConnection : IAsyncDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    private readonly IConnection _connection;
    private readonly CancellationTokenSource _closed = new();

    private BrokerConnection(IConnection connection, BrokerOptions options)
    {
        _connection = connection;
        Options = options;
        connection.ConnectionShutdownAsync += (_, _) => _closed.CancelAsync();
        if (!connection.IsOpen)
        {
            _closed.Cancel();
        }
    }

    public BrokerOptions Options { get; }

    /// <summary>Canceled when the connection is gone, for whatever reason.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Connects.</summary>
    /// <exception cref="BrokerException">The broker is away or does not let the user in.</exception>
    /// <exception cref="BatchOptionsException">Options cannot work; the message names them all.</exception>
    public static async Task<BrokerConnection> OpenAsync(BrokerOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        string? distrust = null;
        var factory = new ConnectionFactory
        {
            HostName = options.Address.IdnHost,
            Port = options.Port,
            VirtualHost = options.VirtualHost,
            UserName = options.UserName,
            Password = options.Password,
            Ssl =
            {
                Enabled = options.UsesTls,
                ServerName = options.Address.IdnHost,
                CertificateValidationCallback = (_, _, chain, errors) =>
                {
                    distrust = errors == SslPolicyErrors.None ? null : Distrust(options, chain, errors);
                    return distrust is null;
                },
            },
            RequestedHeartbeat = options.Heartbeat,
            RequestedConnectionTimeout = options.ConnectTimeout,
            HandshakeContinuationTimeout = options.ConnectTimeout,
            ContinuationTimeout = options.ConnectTimeout,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
        };
        IConnection? connection = null;
        try
        {
            connection = await factory.CreateConnectionAsync(options.ClientName, cancellationToken).ConfigureAwait(false);
            // RabbitMQ.Client 7 does not wait until the broker has let the user into the virtual host; a channel does.
            await using (await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                return new BrokerConnection(connection, options);
            }
        }
        catch (Exception error)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw BrokerException.Connecting(options, error, distrust);
        }
    }

    /// <summary>
    /// Connects as soon as the broker is there: tries at once, then after delays that double from 0.2 to 10 seconds, each
    /// shortened by chance to no less than half, so that many workers don't come back in step.
    /// </summary>
    /// <param name="options">The broker.</param>
    /// <param name="time">For the delays.</param>
    /// <param name="onFailure">Hears of each attempt that failed and is followed by another; null for nobody.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    /// <exception cref="BrokerException">The broker is there and refuses: trying again would not help.</exception>
    public static async Task<BrokerConnection> ReconnectAsync(
        BrokerOptions options, TimeProvider time, Action<BrokerException>? onFailure, CancellationToken cancellationToken)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                return await OpenAsync(options, cancellationToken).ConfigureAwait(false);
            }
            catch (BrokerException error) when (error.IsTransient)
            {
                onFailure?.Invoke(error);
            }

            await Task.Delay(delay * (0.5 + (0.5 * Random.Shared.NextDouble())), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Opens a channel, to be disposed by the caller.</summary>
    /// <param name="confirms">Whether a publish ends only with the broker's confirmation; how many may be without one is the caller's to bound.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="dispatchConcurrency">Deliveries that are handed to consumers at once; with more than 1 in no certain order.</param>
    /// <exception cref="BrokerException">The connection is gone.</exception>
    public async Task<IChannel> OpenChannelAsync(bool confirms, CancellationToken cancellationToken, ushort dispatchConcurrency = 1)
    {
        // Without the library's own limiter, which slows down long before its limit.
        var options = new CreateChannelOptions(confirms, confirms, outstandingPublisherConfirmationsRateLimiter: null, dispatchConcurrency);
        try
        {
            return await _connection.CreateChannelAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw BrokerException.Using(Options, "open a channel", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.CloseAsync(Constants.ReplySuccess, "", CloseTimeout, abort: true, CancellationToken.None).ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        await _closed.CancelAsync().ConfigureAwait(false);
    }

    private static string Distrust(BrokerOptions options, X509Chain? chain, SslPolicyErrors errors) => string.Join("; ", ((IEnumerable<string>)
    [
        errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) ? "it shows no certificate" : "",
        errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"its certificate is not for '{options.Address.Host}'" : "",
        .. chain?.ChainStatus.Select(static status => status.StatusInformation.Trim()) ?? [],
    ]).Where(static reason => reason.Length > 0));
}
