using Microsoft.Data.Sqlite;

namespace BatchOps.Engine;

// The one thread that writes. No linger for what somebody waits for (an outcome, a reservation, a step): when a commit
// ends, what has come meanwhile is the next one. That an item waits or runs is written when it has done so for a while:
// most trivial items have ended by then and cost one row instead of three.
internal sealed partial class RunJournal
{
    // Enough to make the cost of a commit small for each, and few enough to hand outcomes out soon.
    private const int MostInCommit = 256;

    private const int ProgressMilliseconds = 100;

    // SQLite empties its log by itself, from 4 MB on, at a moment without readers. Where there is no such moment, the
    // writer makes one.
    private const long LargeLog = 16 << 20;

    private readonly object _sync = new();
    private readonly Thread _thread;
    private readonly Queue<JournalItem> _urgent = new();
    private readonly Queue<(JournalItem Item, long Due)> _progressing = new();
    private readonly List<PendingWrite> _writes = [];
    private readonly List<MetricsSample> _samples = [];
    private readonly List<(JournalItem Item, JournalRow Row)> _taken = new(MostInCommit);
    private readonly List<JournalItem> _committed = new(MostInCommit);
    private readonly List<JournalItem> _reserved = [];
    private Action? _ended;
    private bool _failed;
    private bool _closed;
    private JournalStatement? _insert;
    private JournalStatement? _update;
    private JournalStatement? _heartbeat;

    /// <summary>An item waits to be admitted.</summary>
    public void NotePending(JournalItem item)
    {
        lock (_sync)
        {
            item.Row.Status = JournalRow.Pending;
            item.Row.StartedAt = item.Row.EndedAt = Clock.Never;
            item.Row.Usage = item.HeldUsage;
            item.Row.Epoch = item.Lease.Submitted ? item.Lease.Epoch : 0;
            item.Row.Starts = item.Lease.Starts;
            NoteProgress(item);
        }
    }

    /// <summary>An item takes units of the usage limit, or the number of its first submission; it may start when that is on the disk.</summary>
    public void NoteReserved(JournalItem item, double usage)
    {
        lock (_sync)
        {
            item.Row.Usage = usage;
            item.Row.Epoch = item.Lease.Epoch;
            item.Row.Reserves = true;
            Enqueue(item);
        }
    }

    /// <summary>An attempt is submitted once more to workers elsewhere, and waits for one of them.</summary>
    public void NoteSubmitted(JournalItem item)
    {
        lock (_sync)
        {
            item.Row.Status = JournalRow.Pending;
            item.Row.Epoch = item.Lease.Epoch;
            NoteProgress(item);
        }
    }

    /// <summary>An attempt starts.</summary>
    public void NoteStarted(JournalItem item)
    {
        lock (_sync)
        {
            item.Row.Status = JournalRow.Running;
            item.Row.Attempts = item.Lease.Attempt;
            item.Row.Worker = item.Lease.Worker;
            item.Row.Starts = item.Lease.Starts;
            item.Row.StartedAt = item.Lease.FirstStartedAt;
            NoteProgress(item);
        }
    }

    /// <summary>An attempt failed and another will follow.</summary>
    public void NoteRetrying(JournalItem item)
    {
        lock (_sync)
        {
            item.Row.Status = JournalRow.Retrying;
            item.Row.Starts = item.Lease.Starts;
            NoteProgress(item);
        }
    }

    /// <summary>An item ended. The run is told when that is on the disk. False when it came after the run's end, of which nothing is kept.</summary>
    public bool NoteEnded(JournalItem item, JournalRow row)
    {
        lock (_sync)
        {
            if (_closed)
            {
                return false;
            }

            item.Row = row with { Worker = item.Lease.Worker, Epoch = item.Row.Epoch, Starts = item.Lease.Starts };
            Enqueue(item);
            return true;
        }
    }

    /// <summary>Stores a step's result; returns when it is on the disk.</summary>
    /// <exception cref="JournalException">It could not be written.</exception>
    public void StoreStep(string identity, string name, StoredValue result) =>
        WriteAsync($"The result of the step '{name}'", () => Write(identity, name, result)).GetAwaiter().GetResult();

    /// <summary>Stores the outcome of an item of an earlier run of the batch; ends when it is on the disk. False when there is no such item without an outcome.</summary>
    /// <exception cref="JournalException">It could not be written.</exception>
    public Task<bool> CollectAsync(System.Guid runId, long index, JournalRow row) =>
        WriteAsync("The outcome of an earlier run's item", () => Collect(runId, index, row));

    public void Add(MetricsSample sample)
    {
        lock (_sync)
        {
            if (!_closed && !_failed)
            {
                _samples.Add(sample);
                Monitor.Pulse(_sync);
            }
        }
    }

    /// <summary>The run has ended: what is left is written, then its end, and the file is closed.</summary>
    /// <param name="closed">Called when all of that is done, or can't be.</param>
    public void End(Action closed)
    {
        lock (_sync)
        {
            _ended = closed;
            Monitor.Pulse(_sync);
        }
    }

    /// <summary>Has the writer's thread do a write of its own; ends when it is on the disk, and says whether it changed anything.</summary>
    private Task<bool> WriteAsync(string what, Func<bool> write)
    {
        lock (_sync)
        {
            if (_closed || _failed)
            {
                return Task.FromException<bool>(new JournalException(JournalFault.Inaccessible, $"{what} can't be journalled: the run has ended."));
            }

            var pending = new PendingWrite(write);
            _writes.Add(pending);
            Monitor.Pulse(_sync);
            return pending.Written.Task;
        }
    }

    private void Enqueue(JournalItem item)
    {
        if (item.IsUrgent || _closed)
        {
            return;
        }

        item.IsUrgent = true;
        _urgent.Enqueue(item);
        if (_urgent.Count == 1)
        {
            Monitor.Pulse(_sync);
        }
    }

    private void NoteProgress(JournalItem item)
    {
        if (item.IsUrgent || item.IsProgressing || _closed)
        {
            return;
        }

        item.IsProgressing = true;
        _progressing.Enqueue((item, Environment.TickCount64 + ProgressMilliseconds));
        if (_progressing.Count == 1)
        {
            Monitor.Pulse(_sync);
        }
    }

    private void Write()
    {
        var writes = new List<PendingWrite>();
        var samples = new List<MetricsSample>();
        while (true)
        {
            Action? ended;
            lock (_sync)
            {
                while (_urgent.Count == 0 && _writes.Count == 0 && _samples.Count == 0 && _ended is null && TimeToProgress() is var wait and not 0)
                {
                    Monitor.Wait(_sync, wait);
                }

                TakeRows();
                writes.AddRange(_writes);
                _writes.Clear();
                samples.AddRange(_samples);
                _samples.Clear();
                ended = _urgent.Count == 0 ? _ended : null;

                // What comes from now on (a step of abandoned work) would wait for a commit that never is.
                _closed = ended is not null;
            }

            try
            {
                if (!_failed)
                {
                    Commit(writes, samples, ended is not null);
                }
            }
            catch (Exception error)
            {
                // Whatever it is, on this thread it would end the process.
                Fail(
                    error switch
                    {
                        JournalException known => known,
                        SqliteException sqlite => JournalFile.Explain(_options.Path, sqlite),
                        _ => new JournalException(JournalFault.Inaccessible, $"The journal '{_options.Path}' can't be written: {error.Message}", error),
                    },
                    writes);
            }

            if (!_failed)
            {
                Acknowledge(writes);
                BoundLog();
            }

            writes.Clear();
            samples.Clear();
            if (ended is not null)
            {
                Close();
                ended();
                return;
            }
        }
    }

    /// <summary>Milliseconds until the oldest progress is to be written; -1 for none.</summary>
    private int TimeToProgress()
    {
        while (_progressing.TryPeek(out var oldest))
        {
            if (oldest.Item.IsProgressing)
            {
                return (int)Math.Max(0, oldest.Due - Environment.TickCount64);
            }

            // It ended meanwhile.
            _progressing.Dequeue();
        }

        return Timeout.Infinite;
    }

    private void TakeRows()
    {
        _taken.Clear();
        while (_taken.Count < MostInCommit && _urgent.TryDequeue(out var item))
        {
            Take(item);
        }

        while (_taken.Count < MostInCommit && TimeToProgress() == 0)
        {
            Take(_progressing.Dequeue().Item);
        }
    }

    private void Take(JournalItem item)
    {
        _taken.Add((item, item.Row));
        item.IsUrgent = item.IsProgressing = false;
        item.Row.Reserves = false;
    }

    private void Commit(List<PendingWrite> writes, List<MetricsSample> samples, bool last)
    {
        _writer.Execute("BEGIN IMMEDIATE");
        try
        {
            RequireOwnership();
            foreach (var (item, row) in _taken)
            {
                Write(item, row);
            }

            foreach (var write in writes)
            {
                write.Run();
            }

            foreach (var sample in samples)
            {
                Write(sample);
            }

            if (last)
            {
                WriteEnd();
            }

            _writer.Execute("COMMIT");
        }
        catch
        {
            _writer.TryExecute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Empties a log that grew large: who reads is waited for, but not long, for it may be a person with a tool.</summary>
    private void BoundLog()
    {
        if (LogLength() < _logBound)
        {
            return;
        }

        _writer.TryExecute("PRAGMA busy_timeout = 200");
        _writer.TryExecute("PRAGMA wal_checkpoint(TRUNCATE)");
        _writer.TryExecute($"PRAGMA busy_timeout = {(long)_options.BusyTimeout.TotalMilliseconds}");
        _logBound = LogLength() + LargeLog;

        long LogLength() => new FileInfo(_options.Path + "-wal") is { Exists: true } log ? log.Length : 0;
    }

    private long _logBound = LargeLog;

    /// <summary>A process that slept while another took the batch over must not write into it any more.</summary>
    private void RequireOwnership()
    {
        _heartbeat ??= new JournalStatement(_writer, "UPDATE batches SET heartbeat_at = ? WHERE id = ? AND owner = ?");
        if (_heartbeat.Bind(_run.Clock.Provider.GetUtcNow()).Bind(_batchId).Bind(Guid).Execute() == 0)
        {
            throw new JournalException(JournalFault.Owned, $"The batch '{_run.Options.BatchName}' in the journal '{_options.Path}' was taken over by another run while this one was silent.");
        }
    }

    private void Write(JournalItem item, JournalRow row)
    {
        if (item.Inserted)
        {
            _update ??= new JournalStatement(
                _writer,
                $"""
                UPDATE items SET status = ?, reason = ?, attempts = ?, worker = ?, started_at = ?, ended_at = ?, duration = ?, waited = ?,
                    from_cache = ?, usage = ?, error = ?, error_type = ?, output = ?, lossy = ?{(_run.Options.Remote ? ", epoch = ?, starts = ?" : null)} WHERE id = ?
                """);
            Bind(_update, row).Bind(RowId(item)).Execute();
            return;
        }

        _insert ??= new JournalStatement(
            _writer,
            $"""
            INSERT INTO items (status, reason, attempts, worker, started_at, ended_at, duration, waited, from_cache, usage, error, error_type, output, lossy{(_run.Options.Remote ? ", epoch, starts" : null)},
                id, run_id, idx, identity, key_hash, occurrence, key, input, queued_at)
            VALUES ({(_run.Options.Remote ? "?, ?, " : null)}?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        Bind(_insert, row)
            .Bind(RowId(item))
            .Bind(_runId)
            .Bind(item.Index)
            .Bind(item.Identity)
            .Bind(item.KeyHash)
            .Bind(item.KeyHash is null ? null : (long?)item.Occurrence)
            .Bind(item.Key)
            .Bind(item.Input)
            .Bind(_run.Summary.TimeAt(item.Lease.QueuedAt))
            .Execute();
        if (item.HeldUsage > 0)
        {
            // What a run that died held for this item is held by this run's row from now on.
            _writer.Execute(
                $"UPDATE items SET usage = 0 WHERE id IN (SELECT i.id {HeldByDeadRuns})",
                ("$hash", item.KeyHash),
                ("$occurrence", item.Occurrence),
                ("$batch", _batchId),
                ("$generation", Generation),
                ("$run", _runId));
        }
    }

    private JournalStatement Bind(JournalStatement statement, JournalRow row)
    {
        var (type, message) = Describe(row.Error);
        statement
            .Bind(row.Status)
            .Bind(row.Reason == OutcomeReason.None ? null : row.Reason.ToString())
            .Bind(row.Attempts)
            .Bind(row.Worker == 0 ? null : (long?)row.Worker)
            .Bind(Time(row.StartedAt))
            .Bind(Time(row.EndedAt))
            .Bind(row.IsFinal ? row.Duration.TotalSeconds : null)
            .Bind(row.IsFinal ? row.Waited.TotalSeconds : null)
            .Bind(row.FromCache)
            .Bind((double?)row.Usage)
            .Bind(message)
            .Bind(type)
            .Bind(KeepsOutput ? row.Output?.Text : null)
            .Bind(row.Output is { Lossy: true });
        return _run.Options.Remote ? statement.Bind(row.Epoch).Bind((long)row.Starts) : statement;
    }

    /// <summary>What is kept of an error.</summary>
    private (string? Type, string? Message) Describe(Exception? error)
    {
        if (error is null)
        {
            return (null, null);
        }

        var (type, message) = _run.DescribeError(error);
        return (type, _options.Content == JournalContent.None ? null : Redactor.Redact(message));
    }

    private long RowId(JournalItem item) => JournalRowId.Of(_runId, item.Index);

    private bool Write(string identity, string name, StoredValue result) => _writer.Execute(
        """
        INSERT INTO steps (batch_id, generation, identity, name, ended_at, output, lossy) VALUES ($batch, $generation, $identity, $name, $now, $output, $lossy)
        ON CONFLICT DO NOTHING
        """,
        ("$batch", _batchId),
        ("$generation", Generation),
        ("$identity", identity),
        ("$name", name),
        ("$now", JournalTime.Write(_run.Clock.Provider.GetUtcNow())),
        ("$output", result.Text),
        ("$lossy", result.Lossy)) > 0;

    private bool Collect(System.Guid runId, long index, JournalRow row)
    {
        var run = _writer.Scalar<long>(
            "SELECT id FROM runs WHERE guid = $guid AND batch_id = $batch AND generation = $generation AND id <> $run",
            ("$guid", runId.ToString()),
            ("$batch", _batchId),
            ("$generation", Generation),
            ("$run", _runId));
        var ended = _run.Summary.TimeAt(row.EndedAt);
        var (type, message) = Describe(row.Error);
        return run != 0 && _writer.Execute(
            """
            UPDATE items SET status = $status, attempts = $attempts, started_at = coalesce(started_at, $started), ended_at = $ended, duration = $duration,
                waited = max(0, (julianday($ended) - julianday(queued_at)) * 86400 - $duration), usage = iif($status = 'Failed', 0, usage),
                starts = 0, error = $error, error_type = $type, output = $output, lossy = $lossy
            WHERE id = $id AND ended_at IS NULL AND epoch BETWEEN 1 AND $epoch
            """,
            ("$status", row.Status),
            ("$attempts", row.Attempts),
            ("$started", JournalTime.Write(ended - row.Duration)),
            ("$ended", JournalTime.Write(ended)),
            ("$duration", row.Duration.TotalSeconds),
            ("$error", message),
            ("$type", type),
            ("$output", row.Output?.Text),
            ("$lossy", row.Output is { Lossy: true }),
            ("$epoch", row.Epoch),
            ("$id", JournalRowId.Of(run, index))) > 0;
    }

    private void Write(MetricsSample sample) => _writer.Execute(
        """
        INSERT INTO metrics (run_id, at, elapsed, started, in_flight, concurrency_limit, done, failed, mean_item_duration, rate_limit_hits, breaker_trips, cache_hit_rate)
        VALUES ($run, $at, $elapsed, $started, $flight, $limit, $done, $failed, $mean, $hits, $trips, $cached)
        """,
        ("$run", _runId),
        ("$at", JournalTime.Write(sample.At)),
        ("$elapsed", sample.Elapsed.TotalSeconds),
        ("$started", sample.Started),
        ("$flight", sample.InFlight),
        ("$limit", sample.Limit),
        ("$done", sample.Done),
        ("$failed", sample.Failed),
        ("$mean", sample.MeanItemDuration.TotalSeconds),
        ("$hits", sample.RateLimitHits),
        ("$trips", sample.BreakerTrips),
        ("$cached", sample.CacheHitRate));

    private void WriteEnd()
    {
        var summary = _run.Summary;
        Write(_run.Sample());
        _writer.Execute(
            """
            UPDATE runs SET ended_at = $now, status = $status, reason = $reason, peak_concurrency = $peak, mean_concurrency = $mean, duration = $duration, items = $items, succeeded = $succeeded,
                failed = $failed, timed_out = $timed_out, canceled = $canceled, skipped = $skipped, from_cache = $cached, attempts = $attempts, item_seconds = $seconds,
                rate_limit_hits = $hits, breaker_trips = $trips
            WHERE id = $run
            """,
            ("$now", JournalTime.Write(_run.Clock.Provider.GetUtcNow())),
            ("$status", _run.Fault is not null ? "Faulted" : summary.StopReason switch { OutcomeReason.None => "Completed", OutcomeReason.Canceled => "Canceled", _ => "Stopped" }),
            ("$reason", summary.StopReason == OutcomeReason.None ? null : summary.StopReason.ToString()),
            ("$peak", summary.PeakConcurrency),
            ("$mean", summary.MeanConcurrency),
            ("$duration", summary.Duration.TotalSeconds),
            ("$items", summary.Read),
            ("$succeeded", summary.Succeeded),
            ("$failed", summary.Failed),
            ("$timed_out", summary.TimedOut),
            ("$canceled", summary.Canceled),
            ("$skipped", summary.Skipped),
            ("$cached", summary.FromCache),
            ("$attempts", summary.Attempts),
            ("$seconds", summary.ItemSeconds),
            ("$hits", summary.RateLimitHits),
            ("$trips", summary.BreakerTrips),
            ("$run", _runId));
        _writer.Execute("UPDATE batches SET owner = NULL WHERE id = $id", ("$id", _batchId));
    }

    private void Acknowledge(List<PendingWrite> writes)
    {
        _committed.Clear();
        _reserved.Clear();
        foreach (var (item, row) in _taken)
        {
            item.Inserted = true;
            if (row.IsFinal)
            {
                _committed.Add(item);
            }
            else if (row.Reserves)
            {
                _reserved.Add(item);
            }
        }

        foreach (var write in writes)
        {
            write.Written.SetResult(write.Changed);
        }

        if (_committed.Count > 0)
        {
            _run.Committed(_committed);
        }

        if (_reserved.Count > 0)
        {
            _run.Reserved(_reserved);
        }
    }

    /// <summary>Nothing more is written: the run stops, and what is not on the disk is not handed out.</summary>
    private void Fail(JournalException error, List<PendingWrite> writes)
    {
        lock (_sync)
        {
            _failed = true;
            writes.AddRange(_writes);
            _writes.Clear();
        }

        foreach (var write in writes)
        {
            write.Written.SetException(error);
        }

        _run.Abort(error);
    }

    private void Close()
    {
        lock (_reading)
        {
            _readerClosed = true;
            _findInBatch?.Dispose();
            _findInCache?.Dispose();
            _findSubmissions?.Dispose();
            _reader.Dispose();
        }

        _insert?.Dispose();
        _update?.Dispose();
        _heartbeat?.Dispose();
        _writer.Dispose();
        JournalOwner.NoteEnded(Guid);
    }

    private DateTimeOffset? Time(long timestamp) => timestamp == Clock.Never ? null : _run.Summary.TimeAt(timestamp);

    /// <summary>Something that somebody waits for to be on the disk.</summary>
    private sealed class PendingWrite(Func<bool> write)
    {
        public TaskCompletionSource<bool> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Whether it changed anything.</summary>
        public bool Changed { get; private set; }

        public void Run() => Changed = write();
    }
}
