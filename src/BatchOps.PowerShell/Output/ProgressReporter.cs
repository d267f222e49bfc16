using System.Globalization;
using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Output;

/// <summary>One bar per run, and child bars for what runs when that is little; at most five updates a second.</summary>
internal sealed class ProgressReporter
{
    /// <summary>Least time between two updates.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>With more items at work than this, their own bars would say nothing.</summary>
    public const int MaxChildren = 10;

    private static int s_nextId = 0x0BA7C000;

    private readonly int _id = Interlocked.Add(ref s_nextId, MaxChildren + 1);
    private readonly string _activity;
    private readonly Engine.RunSummary _summary;
    private readonly long? _total;
    private readonly bool _sequential;
    private readonly bool _remote;
    private readonly Action<ProgressRecord> _write;
    private readonly ItemProgress? _itemProgress;
    private readonly HashSet<int> _children = [];
    private long _lastTicks;
    private bool _shown;

    public ProgressReporter(string activity, BatchRun run, Action<ProgressRecord> write, ItemProgress? itemProgress)
    {
        _activity = activity;
        _summary = run.Summary;
        _total = run.Options.TotalCount;
        _sequential = run.Options.Sequential;
        _remote = run.Options.Remote;
        _write = write;
        _itemProgress = itemProgress;
    }

    /// <summary>Whether an update is due.</summary>
    public bool Due => Environment.TickCount64 - _lastTicks >= Interval.TotalMilliseconds;

    /// <summary>Shows where the run stands.</summary>
    /// <param name="inputEnded">Whether all items were read, so that their number is the total.</param>
    /// <param name="running">What is at work now.</param>
    public void Update(bool inputEnded, IReadOnlyList<(long Index, string Text, TimeSpan Elapsed)> running)
    {
        _lastTicks = Environment.TickCount64;
        _shown = true;
        var total = inputEnded ? _summary.Read : _total;
        var record = new ProgressRecord(_id, _activity, Status(total)) { PercentComplete = 0, SecondsRemaining = -1 };
        if (total is > 0)
        {
            record.PercentComplete = (int)Math.Clamp(100 * _summary.Done / total.Value, 0, 100);
            if (Remaining(total.Value) is { } remaining)
            {
                record.SecondsRemaining = (int)Math.Clamp(Math.Ceiling(remaining.TotalSeconds), 0, int.MaxValue);
            }
        }

        _write(record);
        UpdateChildren(running.Count <= MaxChildren ? running : []);
    }

    /// <summary>Takes the bars away.</summary>
    public void Complete()
    {
        if (!_shown)
        {
            return;
        }

        UpdateChildren([]);
        _write(new ProgressRecord(_id, _activity, "Done") { RecordType = ProgressRecordType.Completed });
        _shown = false;
    }

    /// <summary>The line of a bar: short enough for 80 columns, what matters most first.</summary>
    private string Status(long? total)
    {
        var culture = CultureInfo.CurrentCulture;
        var parts = new List<string>
        {
            total is { } known ? string.Create(culture, $"{_summary.Done:N0}/{known:N0}") : string.Create(culture, $"{_summary.Done:N0} done"),
        };
        var bad = _summary.Failed + _summary.TimedOut;
        if (bad > 0)
        {
            parts.Add(string.Create(culture, $"{_summary.Succeeded:N0} ok"));
            parts.Add(string.Create(culture, $"{bad:N0} failed"));
        }
        else
        {
            parts.Add("0 failed");
        }

        if (_summary.Skipped > 0)
        {
            parts.Add(string.Create(culture, $"{_summary.Skipped:N0} skipped"));
        }

        // What was sent may still wait for a worker's place.
        parts.Add(string.Create(culture, $"{_summary.Running} {(_remote ? "sent" : "running")}"));
        if (_remote)
        {
            parts.Add(string.Create(culture, $"{_summary.Workers} {(_summary.Workers == 1 ? "worker" : "workers")}"));
        }

        if (_summary.Retrying > 0)
        {
            parts.Add(string.Create(culture, $"{_summary.Retrying} retrying"));
        }

        parts.Add(string.Create(culture, $"{_summary.ItemsPerSecond:0.#}/s"));
        if (_sequential || _summary.FellBackToSequential)
        {
            parts.Add("one at a time");
        }

        return string.Join(", ", parts);
    }

    private TimeSpan? Remaining(long total)
    {
        var done = _summary.Done;
        var left = total - done;
        if (done == 0 || left < 0)
        {
            return null;
        }

        // The run's own pace so far; it already holds waits, retries and the limit.
        return _summary.Duration * ((double)left / done);
    }

    private void UpdateChildren(IReadOnlyList<(long Index, string Text, TimeSpan Elapsed)> running)
    {
        var shown = new HashSet<int>();
        var slot = 0;
        foreach (var (index, text, elapsed) in running)
        {
            var id = _id + 1 + slot++;
            shown.Add(id);
            var own = _itemProgress?.Of(index);
            var status = own is null ? $"{elapsed.TotalSeconds:0.0} s" : $"{elapsed.TotalSeconds:0.0} s, {own.Activity}: {own.StatusDescription}";
            _write(new ProgressRecord(id, $"#{index} {text}", status) { ParentActivityId = _id, PercentComplete = Math.Max(0, own?.PercentComplete ?? 0) });
        }

        foreach (var gone in _children.Where(id => !shown.Contains(id)))
        {
            _write(new ProgressRecord(gone, "done", "done") { ParentActivityId = _id, RecordType = ProgressRecordType.Completed });
        }

        _children.Clear();
        _children.UnionWith(shown);
    }
}
