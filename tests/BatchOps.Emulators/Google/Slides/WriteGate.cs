namespace BatchOps.Emulators.Google;

/// <summary>
/// Finds writes to one presentation that overlap. One that comes while another is at work waits for its end, and is refused
/// when somebody was still waiting for that other: a client that has gone away meanwhile may send its batch again.
/// </summary>
internal sealed class WriteGate
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    /// <summary>Takes the turn; disposing gives it back. Null when it overlaps.</summary>
    public async Task<Turn?> TryEnterAsync(string presentation, CancellationToken gone)
    {
        while (true)
        {
            Turn? other;
            lock (_sync)
            {
                if (!_turns.TryGetValue(presentation, out other))
                {
                    return _turns[presentation] = new Turn(this, presentation, gone);
                }
            }

            if (!await other.WasAbandoned)
            {
                return null;
            }
        }
    }

    internal sealed class Turn(WriteGate gate, string presentation, CancellationToken gone) : IDisposable
    {
        private readonly TaskCompletionSource<bool> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<bool> WasAbandoned => _end.Task;

        public void Dispose()
        {
            lock (gate._sync)
            {
                gate._turns.Remove(presentation);
            }

            _end.TrySetResult(gone.IsCancellationRequested);
        }
    }
}
