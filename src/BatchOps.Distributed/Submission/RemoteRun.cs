using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>A run whose attempts take place on workers: what is out, and what comes back of it.</summary>
internal sealed partial class RemoteRun<TInput, TOutput>(BrokerSubmitter submitter, BatchRun<TInput, TOutput> run, IWireCodec<TInput, TOutput> codec) : IRemoteRun
{
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, RemoteAttempt<TInput, TOutput>> _out = new(StringComparer.Ordinal);
    private readonly SubmitterOptions _options = submitter.Options;
    private Task? _takingBack;
    private long _round;

    /// <inheritdoc/>
    public string Batch => run.BatchUid;

    /// <inheritdoc/>
    public TimeProvider TimeProvider => run.Options.TimeProvider;

    /// <inheritdoc/>
    public void Abort(Exception error) => run.Abort(error);

    /// <summary>The executor's operation: hands the attempt to the broker and waits for its outcome.</summary>
    public async ValueTask<AttemptOutcome<TOutput>> RunAsync(Lease<TInput, TOutput> lease)
    {
        RemoteAttempt<TInput, TOutput>? attempt = null;
        try
        {
            attempt = new(lease, lease.Identity ?? $"{run.Id:N}.{lease.Index.ToString(CultureInfo.InvariantCulture)}", codec.Encode(lease.Input), lease.Attempt > 1 ? lease.NextEpoch() : lease.Epoch);
            _out[attempt.Identity] = attempt;
            using var stopping = lease.CancellationToken.UnsafeRegister(stopped => _ = Stop((RemoteAttempt<TInput, TOutput>)stopped!), attempt);
            return await TakeOverAsync(attempt).ConfigureAwait(false) ?? await attempt.Outcome.ConfigureAwait(false);
        }
        catch (Exception error) when (error is FormatException or BrokerException { Fault: BrokerFault.TooLarge })
        {
            // The item can't travel; others can.
            return new AttemptOutcome<TOutput> { Class = OutcomeClass.ItemFault, Error = error };
        }
        finally
        {
            if (attempt is not null)
            {
                _out.TryRemove(attempt.Identity, out _);
            }
        }
    }

    /// <inheritdoc/>
    public async Task LeaveAsync()
    {
        await Task.WhenAll(_out.Values.Select(Stop)).ConfigureAwait(false);
        await (_takingBack ?? Task.CompletedTask).ConfigureAwait(false);
    }

    /// <summary>Submits an attempt, unless an earlier run has done so. Returns its outcome where the journal has that by now.</summary>
    private async Task<AttemptOutcome<TOutput>?> TakeOverAsync(RemoteAttempt<TInput, TOutput> attempt)
    {
        var lease = attempt.Lease;
        if (lease.Attempt == 1 && lease.Submitted)
        {
            // From here on its result comes to us; before, it may have gone to the journal. Who is just bringing it there looks for us.
            if (lease.TryRecall(out var output))
            {
                return AttemptOutcome<TOutput>.Succeeded(output);
            }

            if (lease.Submitted)
            {
                attempt.ConfirmedIn = Volatile.Read(ref _round);
                return null;
            }

            attempt.Expect(lease.NextEpoch());
        }

        await SubmitAsync(attempt).ConfigureAwait(false);
        return null;
    }

    /// <summary>Submits an attempt once more, because its message is gone.</summary>
    private async Task ResubmitAsync(RemoteAttempt<TInput, TOutput> attempt)
    {
        try
        {
            attempt.Lease.NextEpoch();
            await SubmitAsync(attempt).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            attempt.TryEnd(new AttemptOutcome<TOutput> { Class = OutcomeClass.ItemFault, Error = error });
        }
    }

    /// <summary>Hands an attempt to the broker, however often that is away meanwhile.</summary>
    private async Task SubmitAsync(RemoteAttempt<TInput, TOutput> attempt)
    {
        var stop = attempt.Lease.CancellationToken;
        while (!attempt.Outcome.IsCompleted)
        {
            try
            {
                var session = await submitter.SessionAsync(stop).ConfigureAwait(false);
                try
                {
                    var work = WorkOf(attempt, session.ResultsQueue);
                    attempt.ReplyTo = session.ResultsQueue;
                    var (exchange, routingKey) = work.SerializeBy is { } key ? (Topology.KeyedExchange, key) : (string.Empty, Topology.Work);
                    await session.PublishAsync(exchange, routingKey, Message.Pack(work, _options.Signer), stop).ConfigureAwait(false);
                    attempt.ConfirmedIn = Volatile.Read(ref _round);
                    return;
                }
                catch (BrokerException error) when (error.IsTransient)
                {
                    // It may have arrived or not: once more, on the next connection. A worker that gets both runs both, and one counts.
                    await session.Ended.WaitAsync(stop).ConfigureAwait(false);
                }
                catch (BrokerException error) when (error.Fault == BrokerFault.Rejected)
                {
                    await Task.Delay(PauseAfterRefusal, TimeProvider, stop).ConfigureAwait(false);
                }
                catch (BrokerException error) when (error.Fault != BrokerFault.TooLarge)
                {
                    run.Abort(error);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The one who stops it ends it.
                return;
            }
        }
    }

    private WorkMessage WorkOf(RemoteAttempt<TInput, TOutput> attempt, string resultsQueue)
    {
        var lease = attempt.Lease;
        var now = TimeProvider.GetUtcNow();
        var longest = run.Options.AttemptTimeout is { } limit && limit < _options.LongestAttempt ? limit : _options.LongestAttempt;
        return new WorkMessage
        {
            Batch = Batch,
            Run = run.Id,
            Index = lease.Index,
            Identity = attempt.Identity,
            Key = lease.Key is { } key ? Convert.ToString(key, CultureInfo.InvariantCulture) : null,
            SerializeBy = lease.SerializeKey is { } bond ? Topology.RoutingKey(Convert.ToString(bond, CultureInfo.InvariantCulture)!) : null,
            Attempt = lease.Attempt,
            Epoch = lease.Epoch,
            Starts = lease.Starts,
            Operation = codec.Operation,
            Input = attempt.Input,
            Rate = run.Throttle.Options.Rate is { } rate
                ? new RateMessage { Scope = run.Throttle.Id, Permits = rate.Used, WindowSeconds = rate.Window.TotalSeconds, Burst = rate.Burst, Cost = lease.RateCost }
                : null,
            AttemptSeconds = longest.TotalSeconds,
            Issued = now,
            Expires = now + _options.Expiry,
            Nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
            ReplyTo = resultsQueue,
            TraceParent = Activity.Current?.Id,
        };
    }

    /// <summary>The engine stops an attempt: workers are told, and what no worker has started ends here and now.</summary>
    private Task Stop(RemoteAttempt<TInput, TOutput> attempt)
    {
        if (attempt.Outcome.IsCompleted)
        {
            return Task.CompletedTask;
        }

        Task told;
        if (run.Summary.StopReason is OutcomeReason.Canceled or OutcomeReason.Deadline)
        {
            // One word for all of them.
            lock (_out)
            {
                told = _takingBack ??= TakeBackAsync(new StopMessage { Batch = Batch, Run = run.Id, Issued = TimeProvider.GetUtcNow() });
            }
        }
        else
        {
            told = TakeBackAsync(new StopMessage { Batch = Batch, Run = run.Id, Identity = attempt.Identity, Epoch = attempt.Lease.Epoch, Issued = TimeProvider.GetUtcNow() });
        }

        if (!attempt.Started)
        {
            attempt.TryEnd(new AttemptOutcome<TOutput> { Class = OutcomeClass.Canceled });
        }

        return told;
    }

    private async Task TakeBackAsync(StopMessage message)
    {
        try
        {
            var session = await submitter.SessionAsync(CancellationToken.None).ConfigureAwait(false);
            await session.PublishAsync(string.Empty, Topology.Control, Message.Pack(message, _options.Signer), session.Connection.Closed).ConfigureAwait(false);
        }
        catch (Exception error) when (error is BrokerException or OperationCanceledException)
        {
            // Workers that don't hear of it do work that nobody needs any more; its outcome is refused.
        }
    }
}
