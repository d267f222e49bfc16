using Microsoft.Data.Sqlite;

namespace BatchOps.Engine;

/// <summary>Opens the SQLite file of a journal, makes it when it is new, and says clearly why it can't be used.</summary>
internal static class JournalFile
{
    // A commit of another process takes milliseconds; who holds the file longer is not just writing to it.
    public static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens a journal for writing; makes it, readable by its owner only, when it does not exist.</summary>
    /// <exception cref="JournalException">It can't be used.</exception>
    public static SqliteConnection OpenToWrite(string path) => OpenToWrite(path, BusyTimeout);

    /// <inheritdoc cref="OpenToWrite(string)"/>
    public static SqliteConnection OpenToWrite(string path, TimeSpan busyTimeout) => OpenToWrite(path, busyTimeout, JournalSchema.Steps);

    /// <summary>Opens a journal with a schema of so many steps.</summary>
    internal static SqliteConnection OpenToWrite(string path, TimeSpan busyTimeout, IReadOnlyList<string> steps) => Guard(path, () =>
    {
        Create(path);
        return Open(path, busyTimeout, connection =>
        {
            Migrate(connection, path, steps);

            // An outcome must survive a power cut, so every commit reaches the disk before it is acknowledged.
            connection.Execute("PRAGMA journal_mode = WAL");
            connection.Execute("PRAGMA synchronous = FULL");
        });
    });

    /// <summary>Opens a journal that exists, to read it.</summary>
    /// <exception cref="JournalException">It does not exist or can't be used.</exception>
    public static SqliteConnection OpenToRead(string path) => OpenToRead(path, BusyTimeout);

    /// <inheritdoc cref="OpenToRead(string)"/>
    public static SqliteConnection OpenToRead(string path, TimeSpan busyTimeout) => Guard(path, () =>
    {
        if (!File.Exists(path))
        {
            throw new JournalException(JournalFault.NotFound, $"There is no journal '{path}'. Name the file that was given to -Journal.");
        }

        // Not read-only: a reader of a WAL file may have to recover it.
        return Open(path, busyTimeout, connection =>
        {
            Migrate(connection, path, JournalSchema.Steps);
        });
    });

    /// <summary>Runs something on the file and explains what SQLite says when it fails.</summary>
    public static T Guard<T>(string path, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (SqliteException error)
        {
            throw Explain(path, error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or (IOException and not JournalException))
        {
            throw new JournalException(JournalFault.Inaccessible, $"The journal '{path}' can't be used: {error.Message}", error);
        }
    }

    public static JournalException Explain(string path, SqliteException error)
    {
        var (fault, why) = Explain(error);
        return new JournalException(fault, $"The journal '{path}' can't be used: {why} ({error.Message}).", error);
    }

    /// <summary>What SQLite says, and what to do about it, for any file.</summary>
    public static (JournalFault Fault, string Why) Explain(SqliteException error) =>
        error.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => (JournalFault.Locked, "another process keeps it locked. Close what has it open, or use another file"),
            SQLitePCL.raw.SQLITE_FULL => (JournalFault.Full, "the disk is full. Make room and go on with -Resume"),
            SQLitePCL.raw.SQLITE_CORRUPT => (JournalFault.Damaged, "it is damaged. Restore a copy, or recover what can be read with sqlite3 .recover"),
            SQLitePCL.raw.SQLITE_NOTADB => (JournalFault.Foreign, "it is not a SQLite file. Name another file"),
            SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM or SQLitePCL.raw.SQLITE_AUTH => (JournalFault.Inaccessible, "it can't be opened for writing. Check the folder and its permissions"),
            SQLitePCL.raw.SQLITE_IOERR => (JournalFault.Inaccessible, "reading or writing it failed. Check the disk, and what this user may write to it (a quota, a limit on the size of files)"),
            _ => (JournalFault.Inaccessible, "SQLite failed on it"),
        };

    /// <summary>Looks whether the file is whole.</summary>
    /// <exception cref="JournalException">It is not.</exception>
    public static void Check(SqliteConnection connection, string path)
    {
        var answer = connection.Scalar<string>("PRAGMA quick_check(1)");
        if (answer != "ok")
        {
            throw new JournalException(JournalFault.Damaged, $"The journal '{path}' is damaged ({answer}). Restore a copy, or recover what can be read with sqlite3 .recover.");
        }
    }

    /// <summary>Makes an empty file that its owner only may read. SQLite gives its other files the mode of this one.</summary>
    public static FileStream CreatePrivate(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    private static void Create(string path)
    {
        if (File.Exists(path))
        {
            return;
        }

        if (Directory.Exists(path))
        {
            throw new JournalException(JournalFault.Inaccessible, $"The journal '{path}' can't be made: that is a folder. Name a file in it.");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            throw new JournalException(JournalFault.Inaccessible, $"The journal '{path}' can't be made: there is no folder '{folder}'. Make it first.");
        }

        CreatePrivate(path, FileMode.OpenOrCreate).Dispose();
    }

    /// <summary>Opens a SQLite file and makes it ready; it is closed again when that fails.</summary>
    public static SqliteConnection Open(string path, TimeSpan busyTimeout, Action<SqliteConnection> prepare)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout = {(long)busyTimeout.TotalMilliseconds}");
            prepare(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The schema version of the file; 0 for an empty one.</summary>
    private static int VersionOf(SqliteConnection connection, string path, int latest)
    {
        var application = connection.Scalar<long>("PRAGMA application_id");
        var version = (int)connection.Scalar<long>("PRAGMA user_version");
        if (application != JournalSchema.ApplicationId && (application != 0 || version != 0 || connection.Scalar<long>("SELECT count(*) FROM sqlite_schema") > 0))
        {
            throw new JournalException(JournalFault.Foreign, $"'{path}' is a SQLite file of something else, not a journal. Name another file.");
        }

        return version <= latest
            ? version
            : throw new JournalException(JournalFault.Newer, $"The journal '{path}' has schema version {version}; this module knows versions up to {latest}. Update the module, or use another file.");
    }

    private static void Migrate(SqliteConnection connection, string path, IReadOnlyList<string> steps)
    {
        // One look in one transaction: half of what it sees could be from before another process' migration.
        if (InTransaction(connection, "BEGIN", () => VersionOf(connection, path, steps.Count)) == steps.Count)
        {
            return;
        }

        InTransaction(connection, "BEGIN IMMEDIATE", () =>
        {
            // Another process may have been first.
            for (var version = VersionOf(connection, path, steps.Count); version < steps.Count; version++)
            {
                connection.Execute(steps[version]);
            }

            connection.Execute($"PRAGMA application_id = {JournalSchema.ApplicationId}");
            connection.Execute($"PRAGMA user_version = {steps.Count}");
            return steps.Count;
        });
    }

    private static T InTransaction<T>(SqliteConnection connection, string begin, Func<T> work)
    {
        connection.Execute(begin);
        try
        {
            var result = work();
            connection.Execute("COMMIT");
            return result;
        }
        catch
        {
            connection.TryExecute("ROLLBACK");
            throw;
        }
    }
}
