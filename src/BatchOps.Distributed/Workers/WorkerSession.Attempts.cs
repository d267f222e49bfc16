using BatchOps.Engine;
using RabbitMQ.Client.Events;

namespace BatchOps.Distributed;

// The way of a message: held, admitted, at work, reported, given up.
internal sealed partial class WorkerSession
{
    /// <summary>
    /// How long a message is held beyond the time of its attempt: unstarted, or after work that did not stop. A broker closes the
    /// channel, and with it takes back all that the worker holds, when a message is held for longer than its consumer timeout.
    /// </summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan FirstReportDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestReportDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromDays(1);

    private async Task OnWorkAsync(Subscription source, BasicDeliverEventArgs delivery)
    {
        if (_lost.IsCancellationRequested)
        {
            return;
        }

        if (Message.Unpack<WorkMessage>(delivery.Body, delivery.BasicProperties, _signer) is not { } message)
        {
            _worker.Notify(WorkerNoticeKind.Refused, $"A message of {source.Queue} is not work that was signed with this worker's key; it lies in {Topology.Dead}.");
            await Consuming.BasicNackAsync(delivery.DeliveryTag, multiple: false, requeue: false, _lost.Token).ConfigureAwait(false);
            return;
        }

        var count = delivery.BasicProperties.Headers?.TryGetValue("x-delivery-count", out var header) == true ? Convert.ToInt32(header, System.Globalization.CultureInfo.InvariantCulture) : 0;
        var held = new HeldDelivery(message, count, delivery.DeliveryTag, source, _time.GetTimestamp());
        _held[held.Tag] = held;
        _worker.Runs.Use(message.Run);
        if (!source.Hold(held))
        {
            held.End(EndReason.HandBack);
        }

        // It may have been registered again while the end began.
        if (_draining)
        {
            source.BeginEnd();
        }

        // Looked for after it is held, so that a stop that comes now finds it in one place or the other.
        if (_worker.Stops.Covers(message))
        {
            held.End(EndReason.Stopped);
        }

        if (_lost.IsCancellationRequested)
        {
            held.End(EndReason.Lost);
        }

        _ = Task.Run(() => ProcessAsync(held), CancellationToken.None);
    }

    private async Task ProcessAsync(HeldDelivery held)
    {
        try
        {
            await AttendAsync(held).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Lose(error);
        }
        finally
        {
            _worker.Runs.Use(held.Message.Run);
            _held.TryRemove(held.Tag, out _);
            held.Source.Release(held);
            held.SetDone();
        }
    }

    private async Task AttendAsync(HeldDelivery held)
    {
        if (_worker.Finished.Contains(held.Message.Nonce))
        {
            await AcknowledgeAsync(held).ConfigureAwait(false);
            return;
        }

        if (Refusal(held.Message) is { } refusal)
        {
            await RefuseAsync(held, refusal).ConfigureAwait(false);
            return;
        }

        // Times that the item was started and not ended; a message handed back unstarted says nothing against it.
        _worker.HandedBack.TryGet(held.Message.Nonce, out var handedBack);
        var alone = held.Message.Starts + held.Delivery - handedBack >= _worker.Options.StartsBeforeIsolation;
        if (!await AdmitAsync(held, alone).ConfigureAwait(false))
        {
            await GiveUpAsync(held).ConfigureAwait(false);
            return;
        }

        var work = WorkAsync(held, alone);
        var result = await OutcomeAsync(held, work).ConfigureAwait(false);
        switch (held.Reason)
        {
            case EndReason.Lost:
                return;
            case EndReason.Drained when result?.Class != OutcomeClass.Success:
                await HandBackAsync(held).ConfigureAwait(false);
                return;
        }

        await ReportAsync(held, Result(held, result)).ConfigureAwait(false);

        // Work that did not stop keeps its message, and with it its place and its key, for as long as the broker allows.
        var left = LongestWait + AttemptLimit(held.Message) - _time.GetElapsedTime(held.Since);
        await ((Task)work).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, _lost.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await AcknowledgeAsync(held).ConfigureAwait(false);
    }

    /// <summary>Why a message is not run; null when it is.</summary>
    private string? Refusal(WorkMessage message)
    {
        if (message.Expires <= _time.GetUtcNow())
        {
            return Expired(message);
        }

        if (message.Rate is { } rate && !(rate.Permits > 0 && rate.WindowSeconds > 0 && rate.WindowSeconds < TimeSpan.MaxValue.TotalSeconds / 2 && rate.Cost > 0))
        {
            return $"The message states a rate that can't be kept ({rate.Permits} in {rate.WindowSeconds} s at {rate.Cost} each). All three must be more than 0.";
        }

        return _worker.Handler.Refuses(message.Operation);
    }

    private static string Expired(WorkMessage message) =>
        $"No worker had begun the item when its time was over ({message.Expires:u}). Start more workers, or run the batch again to send it anew.";

    private Task RefuseAsync(HeldDelivery held, string why)
    {
        _worker.Notify(WorkerNoticeKind.Refused, why, held.Attempt);
        return ReportAndAcknowledgeAsync(held, new WorkResult { Class = OutcomeClass.ItemFault, Error = new ErrorMessage { Type = typeof(WorkRefusedException).FullName!, Message = why } });
    }

    /// <summary>Waits for all that a start takes, and starts.</summary>
    /// <returns>Whether it started; what it took is then given back by its work.</returns>
    private async Task<bool> AdmitAsync(HeldDelivery held, bool alone)
    {
        var hasAlone = false;
        var hasSlot = false;
        var started = false;
        var patience = _time.CreateTimer(static h => ((HeldDelivery)h!).End(EndReason.HandBack), held, LongestWait, Timeout.InfiniteTimeSpan);
        await using (patience.ConfigureAwait(false))
        {
            try
            {
                if (alone)
                {
                    await _worker.Alone.WaitAsync(held.Ended).ConfigureAwait(false);
                    hasAlone = true;
                }

                await TakePlaceAsync(held).ConfigureAwait(false);
                hasSlot = true;
                long now;
                var usableUntil = long.MaxValue;
                do
                {
                    if (held.Message.Rate is { } rate)
                    {
                        usableUntil = await _shares.AcquireAsync(rate, held.Message.Batch, held.Ended).ConfigureAwait(false);
                    }

                    now = _time.GetTimestamp();
                }
                while (now > usableUntil);
                started = _time.GetUtcNow() < held.Message.Expires && held.TryStart(now);
            }
            catch (OperationCanceledException) when (held.Ended.IsCancellationRequested)
            {
            }
            finally
            {
                if (!started)
                {
                    Release(hasSlot, hasAlone);
                }
            }
        }

        return started;
    }

    private void Release(bool slot, bool alone)
    {
        if (slot)
        {
            _worker.Slots.Release();
        }

        if (alone)
        {
            _worker.Alone.Release();
        }
    }

    /// <summary>The end of a message that was not started.</summary>
    private Task GiveUpAsync(HeldDelivery held) => held.Reason switch
    {
        EndReason.Lost => Task.CompletedTask,
        EndReason.Stopped => ReportAndAcknowledgeAsync(held, new WorkResult { Class = OutcomeClass.Canceled }),
        EndReason.None => RefuseAsync(held, Expired(held.Message)),
        _ => HandBackAsync(held),
    };

    private async Task HandBackAsync(HeldDelivery held)
    {
        if (held.StartedAt is null)
        {
            _worker.HandedBack.Set(held.Message.Nonce, static times => times + 1);
        }

        if (held.Source.IsEnding)
        {
            // Or the broker would hand it to us again.
            await held.Source.CancelAsync().ConfigureAwait(false);
        }

        await Consuming.BasicNackAsync(held.Tag, multiple: false, requeue: true, _lost.Token).ConfigureAwait(false);
    }

    /// <summary>The attempt itself. Never throws.</summary>
    private async Task<WorkResult> WorkAsync(HeldDelivery held, bool alone)
    {
        try
        {
            var item = new WorkItem(held.Message, held.Delivery);
            var handler = _worker.Handler;
            return await (alone ? handler.RunAloneAsync(item, held.Ended) : handler.RunAsync(item, held.Ended)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (held.Ended.IsCancellationRequested)
        {
            return new WorkResult { Class = OutcomeClass.Canceled };
        }
        catch (Exception error)
        {
            return new WorkResult { Class = OutcomeClass.ItemFault, Error = new ErrorMessage { Type = error.GetType().FullName!, Message = Redactor.Redact(error.Message) } };
        }
        finally
        {
            Release(slot: true, alone);
            _ahead.Note(_time.GetElapsedTime(held.PlacedAt));
            _ = AdaptReadAheadAsync();
        }
    }

    /// <summary>What the attempt's work yielded; null when it was told to stop and did not in time.</summary>
    private async Task<WorkResult?> OutcomeAsync(HeldDelivery held, Task<WorkResult> work)
    {
        if (work.IsCompleted)
        {
            return await work.ConfigureAwait(false);
        }

        var timeout = _time.CreateTimer(static h => ((HeldDelivery)h!).End(EndReason.TimedOut), held, AttemptLimit(held.Message), Timeout.InfiniteTimeSpan);
        await using (timeout.ConfigureAwait(false))
        {
            var announcement = _time.CreateTimer(_ => _ = AnnounceAsync(held, work), state: null, _worker.Options.StartDelay, Timeout.InfiniteTimeSpan);
            await using (announcement.ConfigureAwait(false))
            {
                try
                {
                    return await work.WaitAsync(held.Ended).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (held.Ended.IsCancellationRequested)
                {
                }
            }
        }

        try
        {
            return await work.WaitAsync(_worker.Options.GracePeriod, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static TimeSpan AttemptLimit(WorkMessage message) => TimeSpan.FromSeconds(Math.Clamp(message.AttemptSeconds, 0, LongestAttempt.TotalSeconds));

    private async Task AnnounceAsync(HeldDelivery held, Task work)
    {
        if (work.IsCompleted || _lost.IsCancellationRequested)
        {
            return;
        }

        try
        {
            var start = new StartMessage { Batch = held.Message.Batch, Attempt = held.Attempt, Worker = _worker.Name, Seconds = SecondsAtWork(held) };
            var (body, properties) = Message.Pack(start, _signer);
            await Publisher.PublishAsync(exchange: "", held.Message.ReplyTo, properties, body, _lost.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is BrokerException or OperationCanceledException)
        {
            // The result says more, and is sent until it arrives.
        }
    }

    private double SecondsAtWork(HeldDelivery held) => held.StartedAt is { } at ? _time.GetElapsedTime(at).TotalSeconds : 0;

    /// <summary>The result of an attempt that was told to stop says so, unless it did its work all the same.</summary>
    private static (WorkResult Result, bool TimedOut) Result(HeldDelivery held, WorkResult? result)
    {
        if (result?.Class == OutcomeClass.Success)
        {
            return (result, false);
        }

        return held.Reason switch
        {
            EndReason.TimedOut => ((result ?? new WorkResult { Class = OutcomeClass.Transient }) with { Class = OutcomeClass.Transient, Signal = LimitSignal.Concurrency }, true),
            EndReason.Stopped => ((result ?? new WorkResult { Class = OutcomeClass.Canceled }) with { Class = OutcomeClass.Canceled }, false),
            _ => (result ?? new WorkResult { Class = OutcomeClass.Canceled }, false),
        };
    }

    private async Task ReportAndAcknowledgeAsync(HeldDelivery held, WorkResult result)
    {
        await ReportAsync(held, (result, TimedOut: false)).ConfigureAwait(false);
        await AcknowledgeAsync(held).ConfigureAwait(false);
    }

    /// <summary>Sends a result until the broker has it.</summary>
    private async Task ReportAsync(HeldDelivery held, (WorkResult Result, bool TimedOut) outcome)
    {
        var (result, timedOut) = outcome;
        var tooLarge = false;
        var message = new ResultMessage
        {
            Batch = held.Message.Batch,
            Attempt = held.Attempt,
            Worker = _worker.Name,
            Class = result.Class,
            Signal = result.Signal,
            RetryAfterSeconds = result.RetryAfter?.TotalSeconds,
            Seconds = SecondsAtWork(held),
            TimedOut = timedOut,
            Output = result.Output,
            Error = result.Error,
        };
        for (var delay = FirstReportDelay; ; delay = delay * 2 < LongestReportDelay ? delay * 2 : LongestReportDelay)
        {
            try
            {
                var (body, properties) = Message.Pack(message, _signer);
                await Publisher.PublishAsync(exchange: "", held.Message.ReplyTo, properties, body, _lost.Token).ConfigureAwait(false);
                break;
            }
            catch (BrokerException error) when (error.Fault == BrokerFault.TooLarge && !tooLarge)
            {
                tooLarge = true;
                message = message with
                {
                    Class = OutcomeClass.ItemFault,
                    Output = null,
                    Error = new ErrorMessage { Type = error.GetType().FullName!, Message = $"What the item yielded does not travel: {error.Message}" },
                };
            }
            catch (BrokerException error) when (error.Fault is BrokerFault.TopologyMissing or BrokerFault.Rejected)
            {
                _worker.Notify(WorkerNoticeKind.ResultDelayed, error.Message, held.Attempt, error);
                await Task.Delay(delay, _time, _lost.Token).ConfigureAwait(false);
            }
        }

        _worker.Finished.Set(held.Message.Nonce, static _ => true);
        _worker.Count(message.Class);
        _worker.Notify(WorkerNoticeKind.Finished, $"Item {held.Message.Index}, attempt {held.Message.Attempt}: {message.Class}.", held.Attempt);
    }

    private async Task AcknowledgeAsync(HeldDelivery held) =>
        await Consuming.BasicAckAsync(held.Tag, multiple: false, _lost.Token).ConfigureAwait(false);
}
