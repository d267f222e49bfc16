using RabbitMQ.Client.Events;

namespace BatchOps.Distributed;

// The consumers: as many as attempts for the shared queue and some to read ahead, and one for each partition of serialised items.
internal sealed partial class WorkerSession
{
    private Subscription?[] _keyed = [];
    private int _subscriptions;

    private async Task SubscribeAsync(int partitions, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _worker.Options.ThrottleLimit + (_worker.Options.ReadAhead ?? 0); i++)
        {
            await SubscribeSharedAsync(cancellationToken).ConfigureAwait(false);
        }

        // Who registers first with a partition gets it: workers that begin together must not begin with the same.
        _keyed = new Subscription?[partitions];
        var first = Random.Shared.Next(partitions);
        for (var i = 0; i < partitions; i++)
        {
            await SubscribeKeyedAsync((first + i) % partitions, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SubscribeSharedAsync(CancellationToken cancellationToken)
    {
        var subscription = await SubscribeAsync(Topology.Work, partition: null, cancellationToken).ConfigureAwait(false);
        lock (_shared)
        {
            _shared.Add(subscription);
        }
    }

    private async Task SubscribeKeyedAsync(int partition, CancellationToken cancellationToken) =>
        _keyed[partition] = await SubscribeAsync(Topology.Keyed(partition), partition, cancellationToken).ConfigureAwait(false);

    private async Task<Subscription> SubscribeAsync(string queue, int? partition, CancellationToken cancellationToken)
    {
        var subscription = new Subscription(Consuming, queue, partition, Interlocked.Increment(ref _subscriptions));
        var consumer = new AsyncEventingBasicConsumer(Consuming);
        consumer.ReceivedAsync += (_, delivery) => OnWorkAsync(subscription, delivery);
        consumer.UnregisteredAsync += (_, _) => subscription.IsEnding ? Task.CompletedTask : Task.Run(() => Lose(cause: null), CancellationToken.None);
        await Consuming.BasicConsumeAsync(queue, autoAck: false, subscription.Tag, noLocal: false, exclusive: false, arguments: null, consumer, cancellationToken).ConfigureAwait(false);
        return subscription;
    }

    /// <summary>Ends a consumer of the shared queue; what is at work goes on.</summary>
    private static Task EndSharedAsync(Subscription subscription)
    {
        subscription.BeginEnd();
        return subscription.CancelAsync();
    }

    /// <summary>
    /// Ends a partition's consumer. At its cancellation the broker hands the partition's next message to the next in line, though
    /// this worker still holds one: so what is at work ends first, and what came meanwhile is handed back unstarted.
    /// </summary>
    private static async Task EndKeyedAsync(Subscription subscription)
    {
        if (subscription.BeginEnd() is { } atWork)
        {
            await atWork.Done.ConfigureAwait(false);
        }

        await subscription.CancelAsync().ConfigureAwait(false);
        if (subscription.Held is { } waiting)
        {
            await waiting.Done.ConfigureAwait(false);
        }
    }

    private async Task BalanceAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_worker.Options.BalanceInterval, _time, cancellationToken).ConfigureAwait(false);
                _worker.Runs.Tidy(_held.Values.Select(static held => held.Message.Run).ToHashSet());

                // Whoever serves no more than one has nothing to give.
                if (Partitions.Count > 1)
                {
                    var present = await RollCall.AskAsync(_connection, _signer, RollCall.Patience, cancellationToken, time: _time).ConfigureAwait(false);
                    GiveUpSurplus(present.Where(static worker => !worker.Draining).DistinctBy(static worker => worker.Worker.Id, StringComparer.Ordinal).Count(), cancellationToken);
                }
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Lose(error);
        }
    }

    private void GiveUpSurplus(int workers, CancellationToken cancellationToken)
    {
        var fair = (_keyed.Length + Math.Max(1, workers) - 1) / Math.Max(1, workers);
        var served = _keyed.OfType<Subscription>().Where(static s => s.IsServing).ToList();

        // First those that nothing is at work on: they change hands at once.
        foreach (var subscription in served.OrderBy(static s => s.Held?.StartedAt is not null).Take(Math.Max(0, served.Count - fair)))
        {
            _ = GiveUpAsync(subscription, cancellationToken);
        }
    }

    private async Task GiveUpAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            await EndKeyedAsync(subscription).ConfigureAwait(false);
            await SubscribeKeyedAsync(subscription.Partition!.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Lose(error);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
