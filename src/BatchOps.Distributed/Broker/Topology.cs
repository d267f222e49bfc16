using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BatchOps.Engine;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace BatchOps.Distributed;

/// <summary>
/// The queues and exchanges that work, results and commands go through. They are declared once, by whoever sets the broker up,
/// and only looked at afterwards: a broker that is killed soon after quorum queues were declared can lose them and what they hold.
/// </summary>
internal static class Topology
{
    public const int MostPartitions = 1024;
    public const int MostResultQueues = 256;

    /// <summary>Queue of items without keys; all workers compete for them.</summary>
    public const string Work = "batchops.work";

    /// <summary>Exchange of items with keys: the routing key chooses one of the queues <see cref="Keyed"/>.</summary>
    public const string KeyedExchange = "batchops.work.keyed";

    /// <summary>Queue of messages that no worker could keep.</summary>
    public const string Dead = "batchops.dead";

    /// <summary>Queue of results whose submitter is not at the queue that they were sent to.</summary>
    public const string Parked = "batchops.results.parked";

    /// <summary>Stream of commands that each worker reads, from before it started too.</summary>
    public const string Control = "batchops.control";

    /// <summary>Fanout exchange of roll calls; each worker binds a queue of its own. Without workers it takes a message to no queue.</summary>
    public const string Roll = "batchops.roll";

    /// <summary>Queue of requests for shares of a rate; the one active consumer is the worker that grants them.</summary>
    public const string Rates = "batchops.rates";

    /// <summary>How long a broker may take until new queues survive its being killed; RabbitMQ 3.10 saves its records of them each half second.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    // Counts returns of a message, also those of innocents whose worker died; starts are counted in the journal instead.
    private const int DeliveryLimit = 1000;

    // RabbitMQ 4 takes 20 for no limit, and 3.10 does not know its -1.
    private const int NoDeliveryLimit = 1_000_000;

    private static readonly int ParkedTtl = (int)TimeSpan.FromDays(7).TotalMilliseconds;
    private static readonly int RatesTtl = (int)TimeSpan.FromSeconds(5).TotalMilliseconds;

    private static readonly string[] Queues = [Work, Dead, Parked, Control, Rates];
    private static readonly string[] Exchanges = [KeyedExchange, Roll];

    /// <summary>A queue of items with keys; one worker at a time reads it.</summary>
    public static string Keyed(int partition) => string.Create(CultureInfo.InvariantCulture, $"{KeyedExchange}.{partition:000}");

    /// <summary>A queue of results; one submitter at a time reads it.</summary>
    public static string Results(int queue) => string.Create(CultureInfo.InvariantCulture, $"batchops.results.{queue:00}");

    /// <summary>The routing key of an item's key: a digest, since a key may be longer than the 255 bytes of a routing key.</summary>
    public static string RoutingKey(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));

    /// <summary>
    /// Declares everything; what is there already stays as it is, with all its messages. A broker that is killed within
    /// <see cref="SettleTime"/> may have forgotten some of it: what queues held, which declaring them does not bring back, or
    /// how the stream is served, which declaring it does not mend.
    /// </summary>
    /// <exception cref="BatchOptionsException">Options cannot work; the message names them all.</exception>
    /// <exception cref="BrokerException">Something is there and declared otherwise, the user may not declare, or the connection is lost.</exception>
    public static async Task InstallAsync(BrokerConnection connection, TopologyOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        // One more than wanted is another number of queues; the hash would spread keys over them all the same.
        foreach (var excess in (string[])[Keyed(options.Partitions), Results(options.ResultQueues)])
        {
            if (await QueueExistsAsync(connection, excess, cancellationToken).ConfigureAwait(false))
            {
                throw Differs(connection, $"it has '{excess}', more queues than {options.Partitions} partitions and {options.ResultQueues} result queues", null);
            }
        }

        var found = await CheckAsync(connection, cancellationToken).ConfigureAwait(false);
        if (found.IsComplete && (found.Partitions != options.Partitions || found.ResultQueues != options.ResultQueues))
        {
            throw Differs(connection, $"it has {found.Partitions} partitions and {found.ResultQueues} result queues, not {options.Partitions} and {options.ResultQueues}", null);
        }

        try
        {
            await using var channel = await connection.OpenChannelAsync(confirms: false, cancellationToken).ConfigureAwait(false);
            await DeclareAsync(channel, options, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason is { ReplyCode: Constants.CommandInvalid or Constants.PreconditionFailed } reason
            && reason.ReplyText.Contains("exchange type", StringComparison.Ordinal))
        {
            throw new BrokerException(BrokerFault.TopologyMissing,
                $"The broker {connection.Options.Address} does not know exchanges of the type x-consistent-hash: run 'rabbitmq-plugins enable rabbitmq_consistent_hash_exchange' at the broker.", error);
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason is { ReplyCode: Constants.PreconditionFailed } reason)
        {
            throw Differs(connection, reason.ReplyText, error);
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason is { ReplyCode: Constants.NotFound } reason)
        {
            throw new BrokerException(BrokerFault.TopologyMissing,
                $"The broker {connection.Options.Address} has a queue that it can't serve ({reason.ReplyText}). When one of its nodes is down, start that. When it was killed right after its queues were declared, it has forgotten how: install in another virtual host (rabbitmqctl add_vhost), and begin there anew.", error);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw BrokerException.Using(connection.Options, "declare the queues", error);
        }
    }

    /// <summary>Looks at what is there, and declares nothing.</summary>
    /// <exception cref="BrokerException">The user may not look, or the connection is lost.</exception>
    public static async Task<TopologyState> CheckAsync(BrokerConnection connection, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var queue in Queues)
        {
            if (!await QueueExistsAsync(connection, queue, cancellationToken).ConfigureAwait(false))
            {
                missing.Add(queue);
            }
        }

        foreach (var exchange in Exchanges)
        {
            if (!await ExchangeExistsAsync(connection, exchange, cancellationToken).ConfigureAwait(false))
            {
                missing.Add(exchange);
            }
        }

        var partitions = await CountAsync(connection, Keyed, cancellationToken).ConfigureAwait(false);
        var results = await CountAsync(connection, Results, cancellationToken).ConfigureAwait(false);
        // Its name says how many there should be: without it some are not there yet, or no more.
        if (!await ExchangeExistsAsync(connection, Layout(partitions, results), cancellationToken).ConfigureAwait(false))
        {
            missing.Add(Keyed(partitions));
            missing.Add(Results(results));
        }

        return new TopologyState(partitions, results, missing);
    }

    /// <summary>Looks at what is there; not all of it is an error.</summary>
    /// <exception cref="BrokerException">Something is missing, the user may not look, or the connection is lost.</exception>
    public static async Task<TopologyState> RequireAsync(BrokerConnection connection, CancellationToken cancellationToken)
    {
        var state = await CheckAsync(connection, cancellationToken).ConfigureAwait(false);
        return state.IsComplete
            ? state
            : throw new BrokerException(BrokerFault.TopologyMissing,
                $"The broker {connection.Options.Address} lacks {string.Join(", ", state.Missing.Select(static m => $"'{m}'"))} in the virtual host '{connection.Options.VirtualHost}': declare the queues with Install-BatchBroker.");
    }

    private static async Task DeclareAsync(IChannel channel, TopologyOptions options, CancellationToken cancellationToken)
    {
        // First, since it alone needs a plugin.
        await channel.ExchangeDeclareAsync(KeyedExchange, "x-consistent-hash", durable: true, autoDelete: false, cancellationToken: cancellationToken).ConfigureAwait(false);
        await channel.ExchangeDeclareAsync(Roll, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken).ConfigureAwait(false);
        // Before the queues, so that the broker's record of it is old when they are declared. A stream forgets whole segments only, so they are small.
        await Declare(Control, "stream", [("x-max-age", "1D"), ("x-stream-max-segment-size-bytes", 1_000_000)]).ConfigureAwait(false);
        await Quorum(Dead, [("x-delivery-limit", NoDeliveryLimit)]).ConfigureAwait(false);
        await Quorum(Work, WorkArguments).ConfigureAwait(false);
        await Quorum(Parked, [("x-delivery-limit", NoDeliveryLimit), ("x-message-ttl", ParkedTtl)]).ConfigureAwait(false);
        for (var queue = 0; queue < options.ResultQueues; queue++)
        {
            await Quorum(Results(queue), [("x-delivery-limit", NoDeliveryLimit)]).ConfigureAwait(false);
        }

        for (var partition = 0; partition < options.Partitions; partition++)
        {
            var name = Keyed(partition);
            await Quorum(name, [.. WorkArguments, ("x-single-active-consumer", true)]).ConfigureAwait(false);
            await channel.QueueBindAsync(name, KeyedExchange, routingKey: "1", cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        await Declare(Rates, "classic", [("x-single-active-consumer", true), ("x-message-ttl", RatesTtl)]).ConfigureAwait(false);
        await channel.ExchangeDeclareAsync(Layout(options.Partitions, options.ResultQueues), ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken).ConfigureAwait(false);

        Task Quorum(string name, IEnumerable<(string Name, object? Value)> arguments) => Declare(name, "quorum", arguments);

        Task Declare(string name, string type, IEnumerable<(string Name, object? Value)> arguments) => channel.QueueDeclareAsync(
            name,
            durable: true,
            exclusive: false,
            autoDelete: false,
            arguments.Append(("x-queue-type", type)).ToDictionary(static a => a.Name, static a => a.Value, StringComparer.Ordinal),
            cancellationToken: cancellationToken);
    }

    // At least once is possible for queues that refuse what they have no room for; with no limit to their length they never do.
    private static readonly (string Name, object? Value)[] WorkArguments =
    [
        ("x-delivery-limit", DeliveryLimit),
        ("x-dead-letter-exchange", ""),
        ("x-dead-letter-routing-key", Dead),
        ("x-dead-letter-strategy", "at-least-once"),
        ("x-overflow", "reject-publish"),
    ];

    // An exchange that nothing goes through: a client can't read arguments of a queue, but can ask whether a name is there.
    private static string Layout(int partitions, int results) => string.Create(CultureInfo.InvariantCulture, $"batchops.layout.{partitions}.{results}");

    private static async Task<int> CountAsync(BrokerConnection connection, Func<int, string> name, CancellationToken cancellationToken)
    {
        var count = 0;
        await ExistsAsync(connection, async channel =>
        {
            for (; ; count++)
            {
                await channel.QueueDeclarePassiveAsync(name(count), cancellationToken).ConfigureAwait(false);
            }
        }, cancellationToken).ConfigureAwait(false);
        return count;
    }

    private static Task<bool> QueueExistsAsync(BrokerConnection connection, string queue, CancellationToken cancellationToken) =>
        ExistsAsync(connection, channel => channel.QueueDeclarePassiveAsync(queue, cancellationToken), cancellationToken);

    private static Task<bool> ExchangeExistsAsync(BrokerConnection connection, string exchange, CancellationToken cancellationToken) =>
        ExistsAsync(connection, channel => channel.ExchangeDeclarePassiveAsync(exchange, cancellationToken), cancellationToken);

    // A channel of its own for each question: the broker closes it to say no.
    private static async Task<bool> ExistsAsync(BrokerConnection connection, Func<IChannel, Task> ask, CancellationToken cancellationToken)
    {
        await using var channel = await connection.OpenChannelAsync(confirms: false, cancellationToken).ConfigureAwait(false);
        try
        {
            await ask(channel).ConfigureAwait(false);
            return true;
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason is { ReplyCode: Constants.NotFound })
        {
            return false;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw BrokerException.Using(connection.Options, "show its queues", error);
        }
    }

    private static BrokerException Differs(BrokerConnection connection, string how, Exception? inner) => new(BrokerFault.TopologyDiffers,
        $"The broker {connection.Options.Address} has queues of BatchOps that were declared otherwise ({how}). Install with the numbers that are there, take another virtual host, or delete all queues and exchanges named 'batchops.*' while no batch is at work.", inner);
}
