using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using BatchOps.Engine;

namespace BatchOps;

/// <summary>A run as a journal holds it.</summary>
public sealed class JournalRun
{
    private readonly JournaledRun _run;

    internal JournalRun(JournaledRun run, string journal)
    {
        _run = run;
        Journal = journal;
        Settings = Parse(run.Settings);
    }

    /// <summary>The batch that it belongs to.</summary>
    public string Name => _run.BatchName;

    /// <summary>The run's id.</summary>
    public Guid RunId => _run.RunId;

    /// <summary>Running, Completed, Stopped (by a limit of its own), Canceled, Faulted or Interrupted (its process died).</summary>
    public string Status => _run.Status;

    /// <summary>Why the run stopped early; null when it did not.</summary>
    public string? Reason => _run.Reason;

    /// <summary>Whether it went on with what runs before it had begun.</summary>
    public bool Resumed => _run.Resumed;

    /// <summary>When the run started, in local time.</summary>
    public DateTime StartTime => _run.StartTime.LocalDateTime;

    /// <summary>When the run ended, in local time; null while it runs, or when it was interrupted.</summary>
    public DateTime? EndTime => _run.EndTime?.LocalDateTime;

    /// <summary>Time from start to end; of a run without an end, to the last of its items that is known to have ended.</summary>
    public TimeSpan Duration => _run.Duration;

    /// <summary>Items that were read.</summary>
    public long Total => _run.Items;

    /// <summary>Items that succeeded.</summary>
    public long Succeeded => _run.Succeeded;

    /// <summary>Items that failed.</summary>
    public long Failed => _run.Failed;

    /// <summary>Items that a timeout or the deadline ended.</summary>
    public long TimedOut => _run.TimedOut;

    /// <summary>Items that were read but not finished because the run was stopped.</summary>
    public long Canceled => _run.Canceled;

    /// <summary>Items that never started.</summary>
    public long Skipped => _run.Skipped;

    /// <summary>Items whose outcome was not made by running them: an equal one's, or the journal's.</summary>
    public long FromCache => _run.FromCache;

    /// <summary>Attempts that were started.</summary>
    public long Attempts => _run.Attempts;

    /// <summary>Ended items per second.</summary>
    public double ItemsPerSecond => _run.Duration > TimeSpan.Zero ? Ended / _run.Duration.TotalSeconds : 0;

    /// <summary>Share (0 to 1) of ended items that succeeded.</summary>
    public double SuccessRate => Ended > 0 ? (double)_run.Succeeded / Ended : 0;

    /// <summary>Sum of the times that the items' attempts took, in seconds.</summary>
    public double ItemSeconds => _run.ItemSeconds;

    /// <summary>ItemSeconds / Duration.</summary>
    public double Speedup => _run.Duration > TimeSpan.Zero ? _run.ItemSeconds / _run.Duration.TotalSeconds : 0;

    /// <summary>Most items that it was allowed to have at work at once.</summary>
    public int MaxConcurrency => _run.MaxConcurrency;

    /// <summary>Most items that it had at work at once.</summary>
    public int PeakConcurrency => _run.PeakConcurrency;

    /// <summary>Mean number of items at work.</summary>
    public double MeanConcurrency => _run.MeanConcurrency;

    /// <summary>Attempts that the service throttled (429).</summary>
    public long RateLimitHits => _run.RateLimitHits;

    /// <summary>How often the circuit breaker opened.</summary>
    public int BreakerTrips => _run.BreakerTrips;

    /// <summary>The cmdlet.</summary>
    public string? Command => _run.Command;

    /// <summary>The script that called it; null for a session.</summary>
    public string? ScriptFile => _run.ScriptFile;

    /// <summary>The line of ScriptFile, from 1.</summary>
    public int? ScriptLine => _run.ScriptLine;

    /// <summary>Whether results were handed out in input order.</summary>
    public bool Ordered => _run.Ordered;

    /// <summary>The machine it ran on.</summary>
    public string Host => _run.Host;

    /// <summary>The process it ran in.</summary>
    public int ProcessId => _run.ProcessId;

    /// <summary>The settings that were not at nothing: numbers and switches.</summary>
    public PSObject Settings { get; }

    /// <summary>The journal's file.</summary>
    public string Journal { get; }

    private long Ended => _run.Succeeded + _run.Failed + _run.TimedOut + _run.Canceled + _run.Skipped;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.CurrentCulture, $"{Name} {StartTime:g} {Status}");

    private static PSObject Parse(string json)
    {
        var settings = new PSObject();
        using var document = JsonDocument.Parse(json);
        foreach (var setting in document.RootElement.EnumerateObject())
        {
            settings.Properties.Add(new PSNoteProperty(char.ToUpperInvariant(setting.Name[0]) + setting.Name[1..], setting.Value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.String => setting.Value.GetString(),
                JsonValueKind.Number when setting.Value.TryGetInt64(out var whole) => whole,
                JsonValueKind.Number => setting.Value.GetDouble(),
                _ => setting.Value.GetRawText(),
            }));
        }

        return settings;
    }
}
