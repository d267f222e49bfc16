using System.Xml;
using System.Xml.Linq;
using Microsoft.Data.Sqlite;

namespace BatchOps.Engine.Tests;

/// <summary>A journal with one run, its rows written as they are wanted, and the run's report.</summary>
internal sealed class ReportJournal : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly SqliteConnection _connection;
    private int _items;

    public ReportJournal(string batch = "numbers", string status = "Completed", double duration = 60, string settings = "{}", string? command = "Invoke-ConcurrentBatch", string host = "machine")
    {
        _connection = JournalFile.OpenToWrite(Path, TimeSpan.FromSeconds(10));
        _connection.Execute("INSERT INTO batches (id, name, operation_hash, generation, created_at) VALUES (1, $name, 'h', 1, $at)", ("$name", batch), ("$at", At(0)));
        _connection.Execute(
            """
            INSERT INTO runs (id, guid, batch_id, generation, resumed, operation_hash, command, file, line, options, item_order, host, pid, started_at, ended_at, status, max_concurrency, peak_concurrency, mean_concurrency, duration)
            VALUES (1, '11111111-2222-3333-4444-555555555555', 1, 1, 0, 'h', $command, 'job.ps1', 7, $settings, 'input', $host, 4711, $start, $end, $status, 4, 3, 2.5, $duration)
            """,
            ("$command", command),
            ("$settings", settings),
            ("$host", host),
            ("$start", At(0)),
            ("$end", status is "Running" or "Interrupted" ? null : At(duration)),
            ("$status", status),
            ("$duration", duration));
        if (status == "Running")
        {
            // On another machine, which was heard of just now: else the run would be taken for dead.
            _connection.Execute(
                "UPDATE batches SET owner = '11111111-2222-3333-4444-555555555555', owner_host = 'elsewhere', owner_pid = 4711, owner_started_at = $start, heartbeat_at = $now",
                ("$start", At(0)),
                ("$now", JournalTime.Write(DateTimeOffset.UtcNow)));
        }
    }

    private string Path => _folder.File("run.db");

    public ReportJournal Add(string? key = null, string status = "Succeeded", double? start = 1, double? end = 2, double worked = 1, double waited = 0.5, int? worker = 1, int attempts = 1, string? error = null, string? reason = null, bool cached = false)
    {
        _connection.Execute(
            """
            INSERT INTO items (id, run_id, idx, key, status, reason, attempts, worker, queued_at, started_at, ended_at, duration, waited, from_cache, usage, error, error_type, lossy)
            VALUES ((1 << 32) + $idx, 1, $idx, $key, $status, $reason, $attempts, $worker, $queued, $start, $end, $worked, $waited, $cached, 0, $error, $type, 0)
            """,
            ("$idx", _items++),
            ("$key", key),
            ("$status", status),
            ("$reason", reason),
            ("$attempts", attempts),
            ("$worker", worker),
            ("$queued", At(0)),
            ("$start", start is { } from ? At(from) : null),
            ("$end", end is { } to ? At(to) : null),
            ("$worked", end is null ? null : worked),
            ("$waited", end is null ? null : waited),
            ("$cached", cached),
            ("$error", error),
            ("$type", error is null ? null : "System.InvalidOperationException"));
        return this;
    }

    /// <summary>Adds so many items of equal length over so many workers; every 50th fails.</summary>
    public ReportJournal AddMany(int count, int workers)
    {
        _connection.Execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $count)
            INSERT INTO items (id, run_id, idx, key, status, attempts, worker, queued_at, started_at, ended_at, duration, waited, from_cache, usage, error, error_type, lossy)
            SELECT (1 << 32) + i, 1, i, 'https://example.test/items/' || i, iif(i % 50 = 7, 'Failed', 'Succeeded'), 1, 1 + i % $workers, $at,
                strftime('%Y-%m-%dT%H:%M:%fZ', $at, '+' || (i / $workers * 60.0 * $workers / $count) || ' seconds'),
                strftime('%Y-%m-%dT%H:%M:%fZ', $at, '+' || ((i / $workers + 1) * 60.0 * $workers / $count) || ' seconds'),
                60.0 * $workers / $count, 0.1, 0, 0, iif(i % 50 = 7, 'No such item: ' || i, NULL), iif(i % 50 = 7, 'System.InvalidOperationException', NULL), 0
            FROM n
            """,
            ("$count", count),
            ("$workers", workers),
            ("$at", At(0)));
        _items += count;
        return this;
    }

    public ReportJournal AddMetrics(int samples, Func<int, int> limit)
    {
        for (var i = 0; i < samples; i++)
        {
            _connection.Execute(
                "INSERT INTO metrics VALUES (1, $at, $elapsed, 0, $busy, $limit, 0, 0, 0, 0, 0, 0)",
                ("$at", At(i)),
                ("$elapsed", (double)i),
                ("$busy", Math.Min(3, limit(i))),
                ("$limit", limit(i)));
        }

        return this;
    }

    /// <summary>The report's text.</summary>
    public string Write()
    {
        _connection.Execute(
            """
            UPDATE runs SET items = (SELECT count(*) FROM items), succeeded = (SELECT count(*) FROM items WHERE status = 'Succeeded'), failed = (SELECT count(*) FROM items WHERE status = 'Failed'),
                timed_out = (SELECT count(*) FROM items WHERE status = 'TimedOut'), canceled = (SELECT count(*) FROM items WHERE status = 'Canceled'), skipped = (SELECT count(*) FROM items WHERE status = 'Skipped'),
                from_cache = (SELECT total(from_cache) FROM items), attempts = (SELECT total(attempts) FROM items), item_seconds = (SELECT total(duration) FROM items)
            WHERE ended_at IS NOT NULL
            """);
        using var reader = new JournalReader(Path);
        using var writer = new StringWriter();
        RunReport.Write(reader, reader.Runs()[0], writer);
        return writer.ToString();
    }

    /// <summary>The report as a browser would see it, which is well-formed XML at the same time.</summary>
    public XElement Parse()
    {
        using var reader = XmlReader.Create(new StringReader(Write()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader).Root!;
    }

    public void Dispose()
    {
        _connection.Dispose();
        _folder.Dispose();
    }

    private static string At(double seconds) => JournalTime.Write(Start.AddSeconds(seconds));
}
