using Microsoft.Data.Sqlite;

namespace BatchOps.Engine;

/// <summary>One run's part of a journal: what it finds there, and what it writes.</summary>
/// <remarks>
/// Items run at least once; exactly one outcome is recorded for each item of a run. An outcome is on the disk before it
/// is handed out.
/// </remarks>
internal sealed partial class RunJournal
{
    private readonly JournalOptions _options;
    private readonly BatchRun _run;
    private readonly object _reading = new();
    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _reader;
    private readonly long _batchId;
    private readonly long _runId;
    private readonly double _spent;
    private bool _readerClosed;
    private SqliteCommand? _findInBatch;
    private SqliteCommand? _findInCache;
    private SqliteCommand? _findSubmissions;

    /// <summary>Opens the journal, takes the batch over and writes the run's start.</summary>
    /// <exception cref="JournalException">The file can't be used, or the batch must not be run now.</exception>
    public RunJournal(BatchRun run, JournalOptions options)
    {
        _run = run;
        _options = options;
        _writer = JournalFile.OpenToWrite(options.Path, options.BusyTimeout);
        JournalOwner.NoteAtWork(Guid);
        try
        {
            (_batchId, BatchUid, _runId, Generation, _spent) = JournalFile.Guard(options.Path, Begin);
            _reader = JournalFile.OpenToRead(options.Path, options.BusyTimeout);
        }
        catch
        {
            JournalOwner.NoteEnded(Guid);
            _writer.Dispose();
            throw;
        }

        _thread = new Thread(Write) { IsBackground = true, Name = "BatchOps journal" };
        _thread.Start();
    }

    /// <summary>What the caller should be told though nothing failed.</summary>
    public string? Notice { get; private set; }

    /// <summary>How often the batch was begun, this time included.</summary>
    public long Generation { get; }

    /// <summary>Random name of the batch in this generation.</summary>
    public string BatchUid { get; }

    /// <summary>Units that the batch had spent before this run, held ones included.</summary>
    public double SpentBefore => _spent;

    /// <summary>Whether outputs are kept.</summary>
    public bool KeepsOutput => _options.Content >= JournalContent.Results;

    /// <summary>Whether items are kept.</summary>
    public bool KeepsInput => _options.Content == JournalContent.All;

    /// <summary>What is kept of a key.</summary>
    public string? Keeps(string key) => _options.Content == JournalContent.None ? null : Redactor.Redact(key);

    /// <summary>What is stored of the item's success: in the batch that is resumed, else in the cache.</summary>
    public StoredOutcome? Find(JournalItem item)
    {
        if (item.KeyHash is null || (!_options.Resume && _options.CacheFor is null))
        {
            return null;
        }

        lock (_reading)
        {
            return _readerClosed ? null : JournalFile.Guard(_options.Path, () => (_options.Resume ? FindInBatch(item, withOutput: !_options.SkipCompleted || _options.ReadSkipped) : null) ?? (_options.CacheFor is { } age ? FindInCache(item, age) : null));
        }
    }

    /// <summary>What is stored of the item's success in the batch that is resumed, its output included if there is one.</summary>
    public StoredOutcome? FindCollected(JournalItem item)
    {
        if (!_options.Resume || item.KeyHash is null)
        {
            return null;
        }

        lock (_reading)
        {
            return _readerClosed ? null : JournalFile.Guard(_options.Path, () => FindInBatch(item, withOutput: true));
        }
    }

    /// <summary>What earlier runs of the batch left of the item with workers elsewhere.</summary>
    public Submission FindSubmission(JournalItem item)
    {
        if (!_options.Resume || item.KeyHash is null)
        {
            return default;
        }

        lock (_reading)
        {
            return _readerClosed ? default : JournalFile.Guard(_options.Path, () => FindSubmissionInBatch(item));
        }
    }

    /// <summary>Units that a run that died holds for the item, or that were held for it already and never used since.</summary>
    public double FindHeldUsage(JournalItem item)
    {
        if (!_options.Resume || item.KeyHash is null)
        {
            return 0;
        }

        lock (_reading)
        {
            return _readerClosed ? 0 : JournalFile.Guard(_options.Path, () => _reader.Scalar<double>(
                $"SELECT total(i.usage) {HeldByDeadRuns}",
                ("$hash", item.KeyHash),
                ("$occurrence", item.Occurrence),
                ("$batch", _batchId),
                ("$generation", Generation),
                ("$run", _runId)));
        }
    }

    /// <summary>The result of a step of the item that is stored already; null when there is none.</summary>
    /// <exception cref="JournalException">The journal can't be read, or the run has ended.</exception>
    public StoredValue? FindStep(string identity, string name)
    {
        lock (_reading)
        {
            if (_readerClosed)
            {
                throw new JournalException(JournalFault.Inaccessible, $"The step '{name}' can't be looked up in the journal: the run has ended.");
            }

            return JournalFile.Guard(_options.Path, () =>
            {
                using var command = _reader.Command(
                    "SELECT output, lossy FROM steps WHERE identity = $identity AND generation = $generation AND name = $name AND batch_id = $batch",
                    ("$identity", identity),
                    ("$generation", Generation),
                    ("$name", name),
                    ("$batch", _batchId));
                using var reader = command.ExecuteReader();
                return reader.Read() ? new StoredValue(reader.GetString(0), reader.GetBoolean(1)) : (StoredValue?)null;
            });
        }
    }

    private const string HeldByDeadRuns =
        """
        FROM items i JOIN runs r ON r.id = i.run_id
        WHERE i.key_hash = $hash AND i.occurrence = $occurrence AND i.usage > 0 AND (i.status IN ('Pending', 'Running', 'Retrying') OR i.attempts = 0)
              AND r.batch_id = $batch AND r.generation = $generation AND r.id <> $run
        """;

    private (long Batch, string Uid, long Run, long Generation, double Spent) Begin()
    {
        if (_options.Resume)
        {
            JournalFile.Check(_writer, _options.Path);
        }

        _writer.Execute("BEGIN IMMEDIATE");
        try
        {
            var now = _run.Clock.Provider.GetUtcNow();
            var (batch, uid, generation) = EnterBatch(now);
            JournalOwner.Take(_writer, _options.Path, batch, _run.Options.BatchName!, Guid, now);

            // The owner before this one is dead, so its run is over, whatever its row says.
            _writer.Execute("UPDATE runs SET status = 'Interrupted' WHERE batch_id = $batch AND status = 'Running'", ("$batch", batch));
            var run = InsertRun(batch, generation, now);
            var spent = _writer.Scalar<double>("SELECT total(i.usage) FROM items i JOIN runs r ON r.id = i.run_id WHERE r.batch_id = $batch AND r.generation = $generation", ("$batch", batch), ("$generation", generation));
            _writer.Execute("COMMIT");
            return (batch, uid, run, generation, spent);
        }
        catch
        {
            _writer.TryExecute("ROLLBACK");
            throw;
        }
    }

    private string Guid => _run.Id.ToString();

    private (long Id, string Uid, long Generation) EnterBatch(DateTimeOffset now)
    {
        var uid = System.Guid.NewGuid().ToString("N");
        using (var command = _writer.Command("SELECT id, generation, operation_hash, uid FROM batches WHERE name = $name", ("$name", _run.Options.BatchName!)))
        using (var reader = command.ExecuteReader())
        {
            if (reader.Read())
            {
                var (id, generation, hash) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2));
                if (_options.Resume && !_options.Force && hash != _options.OperationHash)
                {
                    throw new JournalException(
                        JournalFault.OperationChanged,
                        $"The batch '{_run.Options.BatchName!}' in the journal '{_options.Path}' was run with another operation: what is done to an item (the script block or the template) or a value, a function or a module that it uses has changed. Results of both would be mixed. Leave -Resume out to begin anew, give another -Name, or say -Force if the results are still good.");
                }

                if (_options.Resume)
                {
                    uid = reader.Text(3) ?? uid;
                }
                else
                {
                    generation++;
                }

                reader.Close();
                _writer.Execute("UPDATE batches SET operation_hash = $hash, generation = $generation, uid = $uid WHERE id = $id", ("$hash", _options.OperationHash), ("$generation", generation), ("$uid", uid), ("$id", id));
                return (id, uid, generation);
            }
        }

        if (_options.Resume && _writer.Scalar<string>("SELECT group_concat(name, ''', ''') FROM (SELECT name FROM batches ORDER BY id DESC LIMIT 5)") is { } others)
        {
            Notice = $"The journal holds no batch '{_run.Options.BatchName!}' to resume, so it begins anew. It holds '{others}': name one of them with -Name to go on with it.";
        }

        _writer.Execute(
            "INSERT INTO batches (name, operation_hash, generation, created_at, uid) VALUES ($name, $hash, 1, $now, $uid)",
            ("$name", _run.Options.BatchName!),
            ("$hash", _options.OperationHash),
            ("$now", JournalTime.Write(now)),
            ("$uid", uid));
        return (_writer.Scalar<long>("SELECT last_insert_rowid()"), uid, 1);
    }

    private long InsertRun(long batch, long generation, DateTimeOffset now)
    {
        _writer.Execute(
            """
            INSERT INTO runs (guid, batch_id, generation, resumed, operation_hash, command, file, line, options, item_order, host, pid, started_at, status, max_concurrency)
            VALUES ($guid, $batch, $generation, $resumed, $hash, $command, $file, $line, $options, $order, $host, $pid, $now, 'Running', $limit)
            """,
            ("$guid", Guid),
            ("$batch", batch),
            ("$generation", generation),
            ("$resumed", _options.Resume),
            ("$hash", _options.OperationHash),
            ("$command", _options.Command),
            ("$file", _options.ScriptFile),
            ("$line", _options.ScriptLine),
            ("$options", RunSettings.Describe(_run.Options)),
            ("$order", _run.Options.Ordered || _run.Options.Sequential ? "input" : "completion"),
            ("$host", Environment.MachineName),
            ("$pid", Environment.ProcessId),
            ("$now", JournalTime.Write(now)),
            ("$limit", _run.Options.EffectiveLimit));
        return _writer.Scalar<long>("SELECT last_insert_rowid()");
    }

    private StoredOutcome? FindInBatch(JournalItem item, bool withOutput)
    {
        if (_findInBatch is null)
        {
            _findInBatch = _reader.Command(
                """
                SELECT i.output, i.lossy, i.attempts FROM items i JOIN runs r ON r.id = i.run_id
                WHERE i.key_hash = $hash AND i.occurrence = $occurrence AND i.status = 'Succeeded' AND r.batch_id = $batch AND r.generation = $generation
                ORDER BY i.output IS NULL, i.id DESC LIMIT 1
                """,
                ("$hash", item.KeyHash),
                ("$occurrence", item.Occurrence),
                ("$batch", _batchId),
                ("$generation", Generation));
            _findInBatch.Prepare();
        }

        _findInBatch.Parameters[0].Value = item.KeyHash;
        _findInBatch.Parameters[1].Value = item.Occurrence;
        using var reader = _findInBatch.ExecuteReader();
        if (!reader.Read())
        {
            return null;
        }

        StoredValue? output = withOutput && !reader.IsDBNull(0) ? new StoredValue(reader.GetString(0), reader.GetBoolean(1)) : null;
        if (_options.SkipCompleted)
        {
            return new StoredOutcome(output, reader.GetInt32(2), FromResume: true, IsSkipped: true);
        }

        // A run that kept no results did the work, but nothing is left of it to hand out.
        return output is null ? null : new StoredOutcome(output, reader.GetInt32(2), FromResume: true);
    }

    private Submission FindSubmissionInBatch(JournalItem item)
    {
        if (_findSubmissions is null)
        {
            _findSubmissions = _reader.Command(
                """
                SELECT i.epoch, i.starts, i.ended_at IS NOT NULL, i.status = 'Retrying' OR (i.ended_at IS NOT NULL AND i.attempts > 0) FROM items i JOIN runs r ON r.id = i.run_id
                WHERE i.key_hash = $hash AND i.occurrence = $occurrence AND r.batch_id = $batch AND r.generation = $generation AND r.id <> $run
                ORDER BY i.id DESC
                """,
                ("$hash", item.KeyHash),
                ("$occurrence", item.Occurrence),
                ("$batch", _batchId),
                ("$generation", Generation),
                ("$run", _runId));
            _findSubmissions.Prepare();
        }

        _findSubmissions.Parameters[0].Value = item.KeyHash;
        _findSubmissions.Parameters[1].Value = item.Occurrence;
        using var reader = _findSubmissions.ExecuteReader();
        var (epoch, starts, open, known) = (0L, 0, false, false);
        while (reader.Read())
        {
            // From the last run back: an outcome answers all that was submitted before it, and an item that ended
            // without an attempt was not submitted by that run.
            epoch = Math.Max(epoch, reader.GetInt64(0));
            known |= reader.GetBoolean(3);
            if (!known && !reader.GetBoolean(2))
            {
                starts = Math.Max(starts, reader.GetInt32(1));
                open |= reader.GetInt64(0) > 0;
            }
        }

        return new Submission(epoch, starts, open);
    }

    private StoredOutcome? FindInCache(JournalItem item, TimeSpan age)
    {
        if (_findInCache is null)
        {
            // What came from the cache itself is as old as what it was taken from.
            _findInCache = _reader.Command(
                """
                SELECT i.output, i.lossy, i.attempts FROM items i JOIN runs r ON r.id = i.run_id
                WHERE i.key_hash = $hash AND i.status = 'Succeeded' AND i.from_cache = 0 AND i.output IS NOT NULL AND i.ended_at >= $since AND r.operation_hash = $operation
                ORDER BY i.ended_at DESC LIMIT 1
                """,
                ("$hash", item.KeyHash),
                ("$since", string.Empty),
                ("$operation", _options.OperationHash));
            _findInCache.Prepare();
        }

        _findInCache.Parameters[0].Value = item.KeyHash;
        _findInCache.Parameters[1].Value = JournalTime.Write(_run.Clock.Provider.GetUtcNow() - age);
        using var reader = _findInCache.ExecuteReader();
        return reader.Read() ? new StoredOutcome(new StoredValue(reader.GetString(0), reader.GetBoolean(1)), reader.GetInt32(2), FromResume: false) : null;
    }
}
