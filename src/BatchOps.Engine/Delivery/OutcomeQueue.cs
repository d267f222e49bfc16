namespace BatchOps.Engine;

/// <summary>Finished items on their way out: in completion order, or held back until all before them have left.</summary>
/// <remarks>Adding never blocks; the run's credits bound what lies here.</remarks>
internal sealed class OutcomeQueue<T>(bool ordered)
{
    private readonly object _sync = new();
    private readonly Queue<T> _ready = new();
    private readonly Dictionary<long, T> _early = [];
    private TaskCompletionSource<bool>? _asyncReader;
    private long _next;
    private int _waiting;
    private bool _completed;

    public void Add(long index, T outcome)
    {
        lock (_sync)
        {
            if (!ordered)
            {
                _ready.Enqueue(outcome);
            }
            else if (index != _next)
            {
                _early.Add(index, outcome);
                return;
            }
            else
            {
                _ready.Enqueue(outcome);
                while (_early.Remove(++_next, out var follower))
                {
                    _ready.Enqueue(follower);
                }
            }

            Wake();
        }
    }

    /// <summary>Nothing more will be added.</summary>
    public void Complete()
    {
        lock (_sync)
        {
            _completed = true;
            Wake();
        }
    }

    public bool TryTake([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T outcome)
    {
        lock (_sync)
        {
            return _ready.TryDequeue(out outcome);
        }
    }

    /// <summary>Moves all that is ready to <paramref name="target"/>.</summary>
    public int TakeAll(ICollection<T> target)
    {
        lock (_sync)
        {
            var count = _ready.Count;
            while (_ready.TryDequeue(out var outcome))
            {
                target.Add(outcome);
            }

            return count;
        }
    }

    /// <summary>Blocks until something is ready, nothing more will come, or the time is up. False when nothing more will come.</summary>
    public bool Wait(TimeSpan timeout)
    {
        lock (_sync)
        {
            if (_ready.Count == 0 && !_completed)
            {
                _waiting++;
                Monitor.Wait(_sync, timeout);
                _waiting--;
            }

            return _ready.Count > 0 || !_completed;
        }
    }

    /// <summary>Ends a <see cref="Wait"/> early.</summary>
    public void Nudge()
    {
        lock (_sync)
        {
            Monitor.PulseAll(_sync);
        }
    }

    /// <summary>Waits until something is ready (true) or nothing more will come (false). One reader at a time.</summary>
    public ValueTask<bool> WaitAsync()
    {
        lock (_sync)
        {
            if (_ready.Count > 0 || _completed)
            {
                return new(_ready.Count > 0);
            }

            _asyncReader = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_asyncReader.Task);
        }
    }

    private void Wake()
    {
        if (_waiting > 0)
        {
            Monitor.PulseAll(_sync);
        }

        if (_asyncReader is { } reader)
        {
            _asyncReader = null;
            reader.SetResult(_ready.Count > 0);
        }
    }
}
