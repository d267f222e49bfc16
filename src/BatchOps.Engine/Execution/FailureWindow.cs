namespace BatchOps.Engine;

/// <summary>The last executed items and attempts, for the triggers that look at the share of failures.</summary>
internal sealed class FailureWindow
{
    /// <summary>How far back the triggers look.</summary>
    public const int Size = 50;

    /// <summary>How many must have ended before a share means anything.</summary>
    public const int Minimum = 20;

    private readonly Ring _items = new();
    private readonly Ring _attempts = new();

    /// <summary>Share of failed items; 0 until there are enough.</summary>
    public double Failed => _items.Share;

    /// <summary>Share of throttled attempts; 0 until there are enough.</summary>
    public double Throttled => _attempts.Share;

    public void NoteItem(bool failed) => _items.Add(failed);

    public void NoteAttempt(bool throttled) => _attempts.Add(throttled);

    private sealed class Ring
    {
        private readonly bool[] _marks = new bool[Size];
        private long _count;
        private int _marked;

        public double Share => _count < Minimum ? 0 : (double)_marked / Math.Min(_count, Size);

        public void Add(bool mark)
        {
            ref var place = ref _marks[_count++ % Size];
            _marked += (mark ? 1 : 0) - (place ? 1 : 0);
            place = mark;
        }
    }
}
