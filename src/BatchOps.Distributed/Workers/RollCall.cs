namespace BatchOps.Distributed;

/// <summary>Asks the workers of a broker who they are and what each does.</summary>
internal static class RollCall
{
    /// <summary>How long to wait for answers when nothing else is said.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // A worker that hears of a call so late need not answer any more.
    private const int CallLifeMilliseconds = 10_000;

    /// <summary>Calls the roll.</summary>
    /// <param name="connection">The broker.</param>
    /// <param name="signer">The key of submitters and workers.</param>
    /// <param name="patience">How long to wait for answers; who does not answer by then is not in the list.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="expected">Ends the wait early when so many have answered; null to wait it out.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="BrokerException">The connection is gone, or the topology is not there.</exception>
    public static async Task<IReadOnlyList<PresenceMessage>> AskAsync(
        BrokerConnection connection, MessageSigner signer, TimeSpan patience, CancellationToken cancellationToken, int? expected = null, TimeProvider? time = null)
    {
        var channel = await DirectChannel.OpenAsync(connection, signer, cancellationToken).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            try
            {
                return await AskAsync(channel, signer, patience, expected, time ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                throw BrokerException.Using(connection.Options, "call the roll of workers", error);
            }
        }
    }

    /// <summary>Hears calls with a queue of this connection's own.</summary>
    /// <param name="channel">Where calls come in and answers go out.</param>
    /// <param name="signer">The key of submitters and workers.</param>
    /// <param name="answer">Makes the answer to a call with that nonce.</param>
    /// <param name="cancellationToken">Ends the registration.</param>
    public static async Task AnswerAsync(DirectChannel channel, MessageSigner signer, Func<string, PresenceMessage> answer, CancellationToken cancellationToken)
    {
        var queue = await channel.Channel.QueueDeclareAsync(
            queue: "",
            durable: false,
            exclusive: true,
            autoDelete: true,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-message-ttl"] = CallLifeMilliseconds },
            cancellationToken: cancellationToken).ConfigureAwait(false);
        await channel.Channel.QueueBindAsync(queue.QueueName, Topology.Roll, routingKey: "", cancellationToken: cancellationToken).ConfigureAwait(false);
        await channel.ListenAsync(
            queue.QueueName,
            async delivery =>
            {
                if (delivery.BasicProperties.ReplyTo is { } replyTo && Message.Unpack<RollCallMessage>(delivery.Body, delivery.BasicProperties, signer) is { } call)
                {
                    await AnswerAsync(channel, answer(call.Nonce), replyTo).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task AnswerAsync(DirectChannel channel, PresenceMessage presence, string replyTo)
    {
        try
        {
            await channel.SendAsync(presence, exchange: "", replyTo, replyTo: null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (BrokerException error) when (error.Fault == BrokerFault.TooLarge)
        {
            // Which items it holds matters; what their keys are is for people.
            presence = presence with { Items = [.. presence.Items.Select(static item => item with { Key = null })] };
            await channel.SendAsync(presence, exchange: "", replyTo, replyTo: null, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task<IReadOnlyList<PresenceMessage>> AskAsync(
        DirectChannel channel, MessageSigner signer, TimeSpan patience, int? expected, TimeProvider time, CancellationToken cancellationToken)
    {
        var nonce = Guid.NewGuid().ToString("N");
        var answers = new List<PresenceMessage>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await channel.ListenAsync(
            DirectChannel.ReplyQueue,
            delivery =>
            {
                if (Message.Unpack<PresenceMessage>(delivery.Body, delivery.BasicProperties, signer) is { } answer && answer.Nonce == nonce)
                {
                    lock (answers)
                    {
                        answers.Add(answer);
                        if (answers.Count == expected)
                        {
                            all.TrySetResult();
                        }
                    }
                }

                return Task.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        await channel.SendAsync(new RollCallMessage { Nonce = nonce }, Topology.Roll, routingKey: "", DirectChannel.ReplyQueue, cancellationToken).ConfigureAwait(false);
        await Task.WhenAny(all.Task, Task.Delay(patience, time, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        lock (answers)
        {
            return [.. answers];
        }
    }
}
