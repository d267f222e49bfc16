using System.Net.Sockets;
using System.Security.Authentication;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace BatchOps.Distributed;

/// <summary>A broker could not be used. The message names its address, the cause and what to do; it holds no secrets.</summary>
public sealed class BrokerException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">What kind of failure it is.</param>
    /// <param name="message">What failed, and what to do about it.</param>
    /// <param name="inner">What the client library said.</param>
    public BrokerException(BrokerFault fault, string message, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
    }

    /// <summary>What kind of failure it is.</summary>
    public BrokerFault Fault { get; }

    /// <summary>Whether the same may succeed later without anybody's doing: the broker is away.</summary>
    public bool IsTransient => Fault is BrokerFault.Unreachable or BrokerFault.ConnectionLost;

    /// <summary>What the client library threw while it connected.</summary>
    /// <param name="options">The broker.</param>
    /// <param name="error">What was thrown.</param>
    /// <param name="distrust">What is wrong with the broker's certificate; null when it is not to blame.</param>
    internal static BrokerException Connecting(BrokerOptions options, Exception error, string? distrust)
    {
        var cause = Causes(error).FirstOrDefault(static e =>
            e is AuthenticationFailureException or OperationInterruptedException or AuthenticationException or SocketException) ?? error;
        return cause switch
        {
            AuthenticationFailureException => new(BrokerFault.AccessRefused,
                $"The broker {options.Address} does not let the user '{options.UserName}' in: check the credential, and that the broker has this user.", error),
            OperationInterruptedException { ShutdownReason.ReplyCode: Constants.NotAllowed or Constants.AccessRefused } => new(BrokerFault.AccessRefused,
                $"The broker {options.Address} does not let the user '{options.UserName}' into the virtual host '{options.VirtualHost}': check that it exists (rabbitmqctl add_vhost) and that the user has permissions there (rabbitmqctl set_permissions).", error),
            AuthenticationException => new(BrokerFault.Untrusted,
                $"The broker {options.Address} offers no TLS connection that this machine trusts ({distrust ?? cause.Message}): let it show a certificate for '{options.Address.Host}' from an authority that this machine knows.", error),
            OperationInterruptedException interrupted => new(BrokerFault.Unreachable,
                $"The broker {options.Address} ended the connection while it was opened ({interrupted.ShutdownReason?.ReplyText}): it may be starting; try again, and look at its log otherwise.", error),
            _ => new(BrokerFault.Unreachable,
                $"No broker answers at {options.Address} ({cause.Message}): check the address, that RabbitMQ runs there, and that no firewall is between.", error),
        };
    }

    /// <summary>What the client library threw while an open connection was used.</summary>
    /// <param name="options">The broker.</param>
    /// <param name="doing">What was attempted, as <c>publish to 'name'</c>.</param>
    /// <param name="error">What was thrown.</param>
    internal static BrokerException Using(BrokerOptions options, string doing, Exception error)
    {
        var could = $"The broker {options.Address} could not {doing}";
        var reason = (error as OperationInterruptedException)?.ShutdownReason;
        return error switch
        {
            BrokerException known => known,
            PublishReturnException => new(BrokerFault.TopologyMissing, $"{could}: no queue takes it. Declare the queues with Install-BatchBroker.", error),
            PublishException => new(BrokerFault.Rejected, $"{could}: it refused the message. A queue may be full, or without a majority of its replicas; see the broker's log.", error),
            _ when reason is null || reason.Initiator != ShutdownInitiator.Peer || reason.ReplyCode == Constants.ConnectionForced =>
                new(BrokerFault.ConnectionLost, $"{could}: the connection is gone.", error),
            _ when reason.ReplyCode == Constants.NotFound => new(BrokerFault.TopologyMissing, $"{could}: {reason.ReplyText}. Declare the queues with Install-BatchBroker.", error),
            _ when reason.ReplyCode == Constants.AccessRefused => new(BrokerFault.AccessRefused,
                $"{could}: {reason.ReplyText}. Give the user '{options.UserName}' permissions on names that begin with 'batchops.' (rabbitmqctl set_permissions).", error),
            _ when reason.ReplyCode == Constants.PreconditionFailed && reason.ReplyText.Contains("message size", StringComparison.Ordinal) =>
                new(BrokerFault.TooLarge, $"{could}: {reason.ReplyText}. Send less with the item, or raise max_message_size at the broker.", error),
            _ => new(BrokerFault.Failed, $"{could}: {reason.ReplyText}.", error),
        };
    }

    private static IEnumerable<Exception> Causes(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
            if (cause is AggregateException { InnerExceptions.Count: > 1 } several)
            {
                foreach (var inner in several.InnerExceptions.Skip(1).SelectMany(Causes))
                {
                    yield return inner;
                }
            }
        }
    }
}
