namespace BatchOps.Engine;

/// <summary>The tables of a journal, as steps from one version to the next. A step that was released is never changed.</summary>
/// <remarks>
/// Times are UTC in ISO 8601, spans are seconds, statuses are words, values are JSON: a person with any SQLite tool can
/// read all of it. An item's <c>id</c> is <c>run_id * 2^32 + idx</c>, so one tree holds the rows in input order, and
/// writing needs no further index but the one that finds equal work.
/// </remarks>
internal static class JournalSchema
{
    /// <summary>"BOps" in the file's header: tells a journal from other SQLite files.</summary>
    public const int ApplicationId = 0x424F7073;

    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE batches (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            operation_hash TEXT NOT NULL,
            generation INTEGER NOT NULL,      -- counts the runs that began the batch anew; resumed runs share one
            created_at TEXT NOT NULL,
            owner TEXT,                       -- run at work on the batch
            owner_host TEXT,
            owner_pid INTEGER,
            owner_started_at TEXT,            -- of the process: a pid alone comes back
            heartbeat_at TEXT
        );
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            guid TEXT NOT NULL UNIQUE,
            batch_id INTEGER NOT NULL REFERENCES batches (id),
            generation INTEGER NOT NULL,
            resumed INTEGER NOT NULL,
            operation_hash TEXT NOT NULL,
            command TEXT,
            file TEXT,
            line INTEGER,
            options TEXT NOT NULL,
            item_order TEXT NOT NULL,         -- 'input' or 'completion'
            host TEXT NOT NULL,
            pid INTEGER NOT NULL,
            started_at TEXT NOT NULL,
            ended_at TEXT,
            status TEXT NOT NULL,             -- Running, Completed, Stopped, Canceled, Faulted, Interrupted
            reason TEXT,
            max_concurrency INTEGER NOT NULL,
            peak_concurrency INTEGER NOT NULL DEFAULT 0,
            mean_concurrency REAL NOT NULL DEFAULT 0,
            duration REAL NOT NULL DEFAULT 0,
            items INTEGER NOT NULL DEFAULT 0,
            succeeded INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0,
            timed_out INTEGER NOT NULL DEFAULT 0,
            canceled INTEGER NOT NULL DEFAULT 0,
            skipped INTEGER NOT NULL DEFAULT 0,
            from_cache INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            item_seconds REAL NOT NULL DEFAULT 0,
            rate_limit_hits INTEGER NOT NULL DEFAULT 0,
            breaker_trips INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX runs_of_batch ON runs (batch_id, generation);
        CREATE TABLE items (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs (id),
            idx INTEGER NOT NULL,
            identity TEXT,
            key_hash BLOB,
            occurrence INTEGER,
            key TEXT,
            status TEXT NOT NULL,             -- Pending, Running, Retrying, or how the item ended
            reason TEXT,
            attempts INTEGER NOT NULL,
            worker INTEGER,                   -- of the last attempt
            queued_at TEXT NOT NULL,
            started_at TEXT,
            ended_at TEXT,
            duration REAL,
            waited REAL,
            from_cache INTEGER NOT NULL,
            usage REAL NOT NULL,              -- units held or spent
            error TEXT,
            error_type TEXT,
            input TEXT,
            output TEXT,
            lossy INTEGER NOT NULL
        );
        CREATE INDEX items_of_key ON items (key_hash, occurrence);
        CREATE TABLE steps (
            batch_id INTEGER NOT NULL REFERENCES batches (id),
            generation INTEGER NOT NULL,
            identity TEXT NOT NULL,
            name TEXT NOT NULL,
            ended_at TEXT NOT NULL,
            output TEXT NOT NULL,
            lossy INTEGER NOT NULL,
            PRIMARY KEY (identity, generation, name)
        ) WITHOUT ROWID;
        CREATE TABLE metrics (
            run_id INTEGER NOT NULL REFERENCES runs (id),
            at TEXT NOT NULL,
            elapsed REAL NOT NULL,
            started INTEGER NOT NULL,
            in_flight INTEGER NOT NULL,
            concurrency_limit INTEGER NOT NULL,
            done INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            mean_item_duration REAL NOT NULL,
            rate_limit_hits INTEGER NOT NULL,
            breaker_trips INTEGER NOT NULL,
            cache_hit_rate REAL NOT NULL
        );
        CREATE INDEX metrics_of_run ON metrics (run_id);
        CREATE VIEW results AS
            SELECT batches.name AS batch, runs.guid AS run, items.idx, items.key, items.status, items.attempts,
                   items.duration, items.error, items.output
            FROM items JOIN runs ON runs.id = items.run_id JOIN batches ON batches.id = runs.batch_id
            ORDER BY items.id;
        """,
        """
        ALTER TABLE batches ADD COLUMN uid TEXT;                            -- names this generation of the batch to workers elsewhere
        ALTER TABLE items ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;      -- number of the last submission to them
        ALTER TABLE items ADD COLUMN starts INTEGER NOT NULL DEFAULT 0;     -- there, since the last outcome of an attempt
        """,
    ];
}
