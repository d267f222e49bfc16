using Microsoft.Data.Sqlite;

namespace BatchOps.Engine;

/// <summary>Reads and tidies a journal, also while runs write it.</summary>
/// <remarks>Items come in pages, each in a transaction of its own: a long read would keep the write-ahead log from being emptied.</remarks>
public sealed class JournalReader : IDisposable
{
    private const int PageSize = 500;

    private const string RunColumns =
        """
        r.id, r.guid, b.name, r.resumed, r.command, r.file, r.line, r.options, r.item_order, r.host, r.pid, r.started_at, r.ended_at, r.status, r.reason,
        r.max_concurrency, r.peak_concurrency, r.mean_concurrency, r.duration, r.items, r.succeeded, r.failed, r.timed_out, r.canceled, r.skipped,
        r.from_cache, r.attempts, r.item_seconds, r.rate_limit_hits, r.breaker_trips
        """;

    // A run's own row is filled at its end; until then its items tell.
    private const string LiveCounts =
        """
        SELECT count(*), sum(status = 'Succeeded'), sum(status = 'Failed'), sum(status = 'TimedOut'), sum(status = 'Canceled'), sum(status = 'Skipped'),
               sum(from_cache), sum(attempts), total(CASE WHEN from_cache THEN 0 ELSE duration END), max(ended_at)
        FROM items WHERE id BETWEEN $first AND $last
        """;

    // What -SkipCompleted did not hand out again stands in the run that made it.
    private const string ItemsWithOutput =
        """
        SELECT i.id, i.idx, i.identity, i.key, i.status, i.reason, i.attempts, i.worker, i.queued_at, i.started_at, i.ended_at, i.duration, i.waited, i.from_cache, i.usage,
               i.error, i.error_type, i.input, o.output, o.lossy
        FROM items i LEFT JOIN items o ON o.id = CASE WHEN i.output IS NOT NULL OR i.from_cache = 0 OR i.status <> 'Succeeded' THEN i.id ELSE
            (SELECT p.id FROM items p JOIN runs q ON q.id = p.run_id JOIN runs r ON r.id = i.run_id
             WHERE p.key_hash = i.key_hash AND p.occurrence = i.occurrence AND p.status = 'Succeeded' AND p.output IS NOT NULL
                   AND q.batch_id = r.batch_id AND q.generation = r.generation
             ORDER BY p.id DESC LIMIT 1) END
        WHERE i.id > $after AND i.id <= $end AND ($wanted IS NULL OR instr(',' || $wanted || ',', ',' || upper(i.status) || ',') > 0)
        ORDER BY i.id LIMIT $page
        """;

    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;

    /// <summary>Opens a journal.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">Tells by their heartbeats which runs on other machines are at work; null for the system's.</param>
    /// <exception cref="JournalException">It does not exist or can't be used.</exception>
    public JournalReader(string path, TimeProvider? time = null)
    {
        Path = path;
        _time = time ?? TimeProvider.System;
        _connection = JournalFile.OpenToRead(path);
    }

    /// <summary>Version of the SQLite library that journals are written with.</summary>
    public static string SqliteVersion
    {
        get
        {
            using var connection = new SqliteConnection("Data Source=:memory:");
            connection.Open();
            return connection.ServerVersion;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its runs, the oldest first.</summary>
    /// <param name="batchName">Only those of that batch; null for all.</param>
    /// <exception cref="JournalException">The journal can't be read.</exception>
    public IReadOnlyList<JournaledRun> Runs(string? batchName = null) => ReadRuns(batchName, runId: null, most: -1);

    /// <summary>The run to look at when none is named: the last of the journal, or of a batch.</summary>
    /// <param name="batchName">The batch; null for any.</param>
    /// <exception cref="JournalException">There is none, or the journal can't be read.</exception>
    public JournaledRun LastRun(string? batchName = null) => ReadRuns(batchName, runId: null, most: 1) is [var last] ? last : throw NoRun(batchName);

    /// <summary>The run of that id.</summary>
    /// <param name="runId">The id.</param>
    /// <exception cref="JournalException">There is none, or the journal can't be read.</exception>
    public JournaledRun Run(Guid runId) => ReadRuns(batchName: null, runId, most: 1) is [var run]
        ? run
        : throw new JournalException(JournalFault.NotFound, $"The journal '{Path}' holds no run {runId}. Get-BatchRun lists those that it holds.");

    /// <summary>The names of its batches, the last made first.</summary>
    /// <exception cref="JournalException">The journal can't be read.</exception>
    public IReadOnlyList<string> BatchNames() => JournalFile.Guard(Path, () =>
    {
        var names = new List<string>();
        using var command = _connection.Command("SELECT name FROM batches ORDER BY id DESC");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    });

    /// <summary>Says that a batch has no run here, and which have.</summary>
    internal JournalException NoRun(string? batchName) => new(JournalFault.NotFound, (batchName, BatchNames()) switch
    {
        (null, _) or (_, { Count: 0 }) => $"The journal '{Path}' holds no run.",
        (_, var names) => $"The journal '{Path}' holds no batch '{batchName}'. It holds {string.Join(", ", names.Take(5).Select(static name => $"'{name}'"))}{(names.Count > 5 ? " and others" : string.Empty)}.",
    });

    /// <summary>A run's items in input order.</summary>
    /// <param name="run">The run.</param>
    /// <param name="statuses">Only those of these statuses; null for all.</param>
    /// <exception cref="JournalException">The journal can't be read.</exception>
    public IEnumerable<JournaledItem> Items(JournaledRun run, IReadOnlyCollection<string>? statuses = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        var wanted = statuses is null ? null : string.Join(',', statuses.Select(static s => s.ToUpperInvariant()));
        var after = JournalRowId.First(run.Row) - 1;
        while (true)
        {
            var page = JournalFile.Guard(Path, () => ReadPage(run, wanted, after, out after));
            foreach (var item in page)
            {
                yield return item;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }
        }
    }

    /// <summary>A run's figures over time.</summary>
    /// <param name="run">The run.</param>
    /// <exception cref="JournalException">The journal can't be read.</exception>
    public IReadOnlyList<MetricsSample> Metrics(JournaledRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return JournalFile.Guard(Path, () =>
        {
            var samples = new List<MetricsSample>();
            using var command = _connection.Command(
                "SELECT at, elapsed, started, in_flight, concurrency_limit, done, failed, mean_item_duration, rate_limit_hits, breaker_trips, cache_hit_rate FROM metrics WHERE run_id = $run ORDER BY rowid",
                ("$run", run.Row));
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                samples.Add(new MetricsSample(
                    JournalTime.Read(reader.GetString(0)),
                    TimeSpan.FromSeconds(reader.GetDouble(1)),
                    reader.GetInt64(2),
                    reader.GetInt32(3),
                    reader.GetInt32(4),
                    reader.GetInt64(5),
                    reader.GetInt64(6),
                    TimeSpan.FromSeconds(reader.GetDouble(7)),
                    reader.GetInt64(8),
                    reader.GetInt32(9),
                    reader.GetDouble(10)));
            }

            return samples;
        });
    }

    /// <summary>Removes a run, its items and figures, and steps that no run of its batch could use any more.</summary>
    /// <param name="run">The run.</param>
    /// <returns>False when it is at work, and was left alone.</returns>
    /// <exception cref="JournalException">The journal can't be written.</exception>
    public bool Remove(JournaledRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return JournalFile.Guard(Path, () =>
        {
            // What is removed is overwritten, or it could still be read in the file.
            _connection.Execute("PRAGMA secure_delete = ON");
            _connection.Execute("BEGIN IMMEDIATE");
            try
            {
                var atWork = JournalOwner.IsAtWork(_connection, run.RunId.ToString(), _time.GetUtcNow());
                if (!atWork)
                {
                    _connection.Execute("DELETE FROM items WHERE id BETWEEN $first AND $last", ("$first", JournalRowId.First(run.Row)), ("$last", JournalRowId.Last(run.Row)));
                    _connection.Execute("DELETE FROM metrics WHERE run_id = $run", ("$run", run.Row));
                    _connection.Execute("DELETE FROM runs WHERE id = $run", ("$run", run.Row));
                    _connection.Execute("DELETE FROM steps WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.batch_id = steps.batch_id AND r.generation = steps.generation)");
                    _connection.Execute("DELETE FROM batches WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.batch_id = batches.id)");
                }

                _connection.Execute("COMMIT");
                return !atWork;
            }
            catch
            {
                _connection.TryExecute("ROLLBACK");
                throw;
            }
        });
    }

    /// <summary>Closes the journal.</summary>
    public void Dispose() => _connection.Dispose();

    private List<JournaledRun> ReadRuns(string? batchName, Guid? runId, int most) => JournalFile.Guard(Path, () =>
    {
        var runs = ReadRows(batchName, runId, most);
        runs.Reverse();
        return runs.ConvertAll(run => run.EndTime is null ? AsItStands(run) : run);
    });

    /// <summary>The rows of runs as they are, the last first.</summary>
    private List<JournaledRun> ReadRows(string? batchName, Guid? runId, int most)
    {
        var runs = new List<JournaledRun>();
        using var command = _connection.Command(
            $"SELECT {RunColumns} FROM runs r JOIN batches b ON b.id = r.batch_id WHERE ($batch IS NULL OR b.name = $batch) AND ($run IS NULL OR r.guid = $run) ORDER BY r.id DESC LIMIT $most",
            ("$batch", batchName),
            ("$run", runId?.ToString()),
            ("$most", most));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            runs.Add(ReadRun(reader));
        }

        return runs;
    }

    private List<JournaledItem> ReadPage(JournaledRun run, string? wanted, long from, out long last)
    {
        var items = new List<JournaledItem>(PageSize);
        last = from;
        using var command = _connection.Command(
            ItemsWithOutput,
            ("$after", from),
            ("$end", JournalRowId.Last(run.Row)),
            ("$wanted", wanted),
            ("$page", PageSize));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            last = reader.GetInt64(0);
            items.Add(new JournaledItem
            {
                RunId = run.RunId,
                Index = reader.GetInt64(1),
                Identity = reader.Text(2),
                Key = reader.Text(3),
                Status = reader.GetString(4),
                Reason = reader.Text(5),
                Attempts = reader.GetInt32(6),
                Worker = reader.IsDBNull(7) ? null : reader.GetInt32(7),
                QueuedAt = JournalTime.Read(reader.GetString(8)),
                StartedAt = JournalTime.ReadOrNull(reader.Text(9)),
                EndedAt = JournalTime.ReadOrNull(reader.Text(10)),
                Duration = reader.IsDBNull(11) ? TimeSpan.Zero : TimeSpan.FromSeconds(reader.GetDouble(11)),
                Waited = reader.IsDBNull(12) ? TimeSpan.Zero : TimeSpan.FromSeconds(reader.GetDouble(12)),
                FromCache = reader.GetBoolean(13),
                Usage = reader.GetDouble(14),
                Error = reader.Text(15),
                ErrorType = reader.Text(16),
                Input = reader.Text(17),
                Output = reader.Text(18) is { } output ? new StoredValue(output, reader.GetBoolean(19)) : null,
            });
        }

        return items;
    }

    private static JournaledRun ReadRun(SqliteDataReader reader) => new()
    {
        Row = reader.GetInt64(0),
        RunId = Guid.Parse(reader.GetString(1)),
        BatchName = reader.GetString(2),
        Resumed = reader.GetBoolean(3),
        Command = reader.Text(4),
        ScriptFile = reader.Text(5),
        ScriptLine = reader.IsDBNull(6) ? null : reader.GetInt32(6),
        Settings = reader.GetString(7),
        Ordered = reader.GetString(8) == "input",
        Host = reader.GetString(9),
        ProcessId = reader.GetInt32(10),
        StartTime = JournalTime.Read(reader.GetString(11)),
        EndTime = JournalTime.ReadOrNull(reader.Text(12)),
        Status = reader.GetString(13),
        Reason = reader.Text(14),
        MaxConcurrency = reader.GetInt32(15),
        PeakConcurrency = reader.GetInt32(16),
        MeanConcurrency = reader.GetDouble(17),
        Duration = TimeSpan.FromSeconds(reader.GetDouble(18)),
        Items = reader.GetInt64(19),
        Succeeded = reader.GetInt64(20),
        Failed = reader.GetInt64(21),
        TimedOut = reader.GetInt64(22),
        Canceled = reader.GetInt64(23),
        Skipped = reader.GetInt64(24),
        FromCache = reader.GetInt64(25),
        Attempts = reader.GetInt64(26),
        ItemSeconds = reader.GetDouble(27),
        RateLimitHits = reader.GetInt64(28),
        BreakerTrips = reader.GetInt32(29),
    };

    /// <summary>A run without an end: what its items tell, and whether anybody is still at work on it.</summary>
    private JournaledRun AsItStands(JournaledRun run)
    {
        if (run.Status == "Running" && !JournalOwner.IsAtWork(_connection, run.RunId.ToString(), _time.GetUtcNow()))
        {
            // It died, or it has ended since its row was read: the last thing that it writes is both its end and that nobody owns it.
            if (ReadRows(batchName: null, run.RunId, most: 1) is [{ EndTime: not null } ended])
            {
                return ended;
            }

            run = run with { Status = "Interrupted" };
        }

        using var command = _connection.Command(LiveCounts, ("$first", JournalRowId.First(run.Row)), ("$last", JournalRowId.Last(run.Row)));
        using var reader = command.ExecuteReader();
        if (!reader.Read() || reader.GetInt64(0) == 0)
        {
            return run;
        }

        return run with
        {
            Items = reader.GetInt64(0),
            Succeeded = reader.GetInt64(1),
            Failed = reader.GetInt64(2),
            TimedOut = reader.GetInt64(3),
            Canceled = reader.GetInt64(4),
            Skipped = reader.GetInt64(5),
            FromCache = reader.GetInt64(6),
            Attempts = reader.GetInt64(7),
            ItemSeconds = reader.GetDouble(8),
            Duration = JournalTime.ReadOrNull(reader.Text(9)) is { } last ? last - run.StartTime : TimeSpan.Zero,
        };
    }
}
