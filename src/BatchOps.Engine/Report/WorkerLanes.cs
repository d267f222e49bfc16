using System.Globalization;

namespace BatchOps.Engine;

/// <summary>The rows of a timeline: a worker each, or neighbors together when workers are many.</summary>
internal sealed class WorkerLanes
{
    /// <summary>Most rows with a worker each.</summary>
    public const int MostLanes = 128;

    private const int MostRows = 48;
    private readonly Dictionary<int, int> _rows = [];
    private readonly long[] _items;
    private readonly long[] _failures;
    private readonly double[] _busy;
    private readonly double _length;
    private readonly int _perRow;

    private WorkerLanes(RunFacts facts, List<int> workers)
    {
        Workers = workers;
        _length = facts.Length;
        _perRow = facts.DrawsItems && workers.Count <= MostLanes ? 1 : (workers.Count + MostRows - 1) / MostRows;
        Rows = _perRow == 0 ? 0 : (workers.Count + _perRow - 1) / _perRow;
        _items = new long[Rows];
        _failures = new long[Rows];
        _busy = new double[Rows];
        for (var i = 0; i < workers.Count; i++)
        {
            _rows[workers[i]] = i / _perRow;
        }

        foreach (var span in facts.Spans)
        {
            if (!span.Started)
            {
                continue;
            }

            var row = _rows[span.Worker];
            _items[row]++;
            _busy[row] += span.Ended ? span.Worked : facts.Length - span.Start;
            if (span.Outcome.IsFailure())
            {
                _failures[row]++;
                AnyFailure = true;
            }
        }
    }

    /// <summary>Numbers of the workers that had an item, ascending.</summary>
    public IReadOnlyList<int> Workers { get; }

    public int Rows { get; }

    public bool Grouped => _perRow > 1;

    public bool AnyFailure { get; }

    public static WorkerLanes Of(RunFacts facts)
    {
        var workers = new HashSet<int>();
        foreach (var span in facts.Spans)
        {
            if (span.Started)
            {
                workers.Add(span.Worker);
            }
        }

        return new WorkerLanes(facts, [.. workers.Order()]);
    }

    public int Row(int worker) => _rows[worker];

    public string Name(int row)
    {
        var first = Workers[row * _perRow];
        var last = Workers[Math.Min((row + 1) * _perRow, Workers.Count) - 1];
        var name = first == 0 ? "?" : first.ToString(CultureInfo.InvariantCulture);
        return first == last ? name : $"{name}–{last.ToString(CultureInfo.InvariantCulture)}";
    }

    public long Items(int row) => _items[row];

    public long Failures(int row) => _failures[row];

    /// <summary>Workers of a row.</summary>
    public int Width(int row) => Math.Min((row + 1) * _perRow, Workers.Count) - (row * _perRow);

    /// <summary>Share (0 to 1) of the run in which a row's workers were at work. A retried item counts for its last worker.</summary>
    public double Occupied(int row) => Math.Min(1, _busy[row] / (_length * Width(row)));
}
