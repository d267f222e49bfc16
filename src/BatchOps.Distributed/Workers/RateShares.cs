using System.Collections.Concurrent;
using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>Gets shares of limits from the elected worker. Safe for many threads.</summary>
/// <param name="send">Sends a request to the elected worker.</param>
/// <param name="time">The clock.</param>
internal sealed class RateShares(Func<RateRequestMessage, CancellationToken, Task> send, TimeProvider time)
{
    /// <summary>A request is repeated so often, for the elected worker may have died, and drops what is not repeated.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Request> _requests = new(StringComparer.Ordinal);
    private readonly Clock _clock = new(time);

    /// <summary>Waits for a share.</summary>
    /// <param name="rate">The limit.</param>
    /// <param name="batch">The batch that it is for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The timestamp until which it may be used; may have passed already.</returns>
    public async Task<long> AcquireAsync(RateMessage rate, string batch, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("N");
        var request = _requests[id] = new Request(rate);
        try
        {
            while (true)
            {
                // The time is taken before the message leaves, or the share could be used too late.
                var number = request.Asking(_clock.Now);
                var message = new RateRequestMessage { Batch = batch, Rate = rate, Nonce = RateNonce.Of(id, number) };
                await send(message, cancellationToken).ConfigureAwait(false);
                try
                {
                    return await request.Granted.WaitAsync(AskAgain, time, cancellationToken).ConfigureAwait(false);
                }
                catch (TimeoutException)
                {
                }
            }
        }
        finally
        {
            _requests.TryRemove(id, out _);
        }
    }

    /// <summary>Hears a grant; one that nobody waits for any more is left to lapse.</summary>
    public void Hear(RateGrantMessage grant)
    {
        if (RateNonce.TryRead(grant.Nonce, out var id, out var number) && _requests.TryGetValue(id, out var request))
        {
            request.Grant(number, grant.HeldSeconds, _clock);
        }
    }

    private sealed class Request(RateMessage rate)
    {
        private readonly List<long> _askedAt = [];
        private readonly TaskCompletionSource<long> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<long> Granted => _granted.Task;

        public int Asking(long now)
        {
            lock (_askedAt)
            {
                _askedAt.Add(now);
                return _askedAt.Count - 1;
            }
        }

        public void Grant(int number, double heldSeconds, Clock clock)
        {
            lock (_askedAt)
            {
                if (number < _askedAt.Count)
                {
                    _granted.TrySetResult(clock.After(_askedAt[number], RateLapse.UsableFor(rate, heldSeconds)));
                }
            }
        }
    }
}
