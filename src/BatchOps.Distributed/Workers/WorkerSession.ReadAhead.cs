namespace BatchOps.Distributed;

// Consumers of the shared queue beyond the places: each holds an item that waits for one.
internal sealed partial class WorkerSession
{
    private readonly List<Subscription> _shared = [];
    private readonly ReadAheadPace _ahead;
    private readonly SemaphoreSlim _adapting = new(1);

    private IReadOnlyList<Subscription> Shared
    {
        get
        {
            lock (_shared)
            {
                return [.. _shared];
            }
        }
    }

    private int ReadAhead
    {
        get
        {
            lock (_shared)
            {
                return _shared.Count - _worker.Options.ThrottleLimit;
            }
        }
    }

    /// <summary>Waits for a place among those at work.</summary>
    private async Task TakePlaceAsync(HeldDelivery held)
    {
        var place = _worker.Slots.WaitAsync(held.Ended);
        var isAhead = !place.IsCompleted && _worker.Options.ReadAhead is null && held.Source.Partition is null;
        using (isAhead ? _time.CreateTimer(static s => ((WorkerSession)s!).OnNoPlace(), this, ReadAheadPace.LongestWait, Timeout.InfiniteTimeSpan) : null)
        {
            await place.ConfigureAwait(false);
        }

        held.PlacedAt = _time.GetTimestamp();
    }

    /// <summary>Items have become longer than those before them.</summary>
    private void OnNoPlace()
    {
        _ahead.NoteNoPlace();
        _ = AdaptReadAheadAsync();
    }

    /// <summary>Takes as many items ahead as the last ones make worth while.</summary>
    private async Task AdaptReadAheadAsync()
    {
        if (_worker.Options.ReadAhead is not null || Surplus == 0)
        {
            return;
        }

        await _adapting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            while (Surplus is not 0 and var surplus && !_draining && !_lost.IsCancellationRequested)
            {
                if (surplus < 0)
                {
                    await SubscribeSharedAsync(_lost.Token).ConfigureAwait(false);
                }
                else if (TakeOut() is { } one)
                {
                    await EndSharedAsync(one).ConfigureAwait(false);
                }
                else
                {
                    break;
                }
            }
        }
        catch (Exception error)
        {
            Lose(_lost.IsCancellationRequested ? null : error);
        }
        finally
        {
            _adapting.Release();
        }
    }

    /// <summary>Consumers too many, or less than 0 when there are too few. A few too many stay, for items are never of one length.</summary>
    private int Surplus
    {
        get
        {
            var (wanted, taken) = (_ahead.Count, ReadAhead);
            return taken < wanted || taken > 2 * wanted ? taken - wanted : 0;
        }
    }

    // Only when something has waited too long: where there is work, a consumer that holds nothing is about to get some, which
    // would be given back for nothing; and without that of an item at work another would be held in its stead.
    private Subscription? TakeOut()
    {
        lock (_shared)
        {
            var waited = _shared.Find(s => s.Held is { StartedAt: null } held && _time.GetElapsedTime(held.Since) >= ReadAheadPace.LongestWait);
            var one = waited is null ? null : _shared.Find(static s => s.Held is null) ?? waited;
            if (one is not null)
            {
                _shared.Remove(one);
            }

            return one;
        }
    }
}
