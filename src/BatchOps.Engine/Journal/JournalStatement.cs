using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BatchOps.Engine;

/// <summary>A prepared statement for rows by the thousand: binds values without boxing them.</summary>
/// <remarks>The provider's commands cost more per row than SQLite itself does. Parameters are bound in their order, from 1.</remarks>
internal sealed class JournalStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _next = 1;

    public JournalStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_database, sql, out _statement), _database);
    }

    public JournalStatement Bind(long value)
    {
        raw.sqlite3_bind_int64(_statement, _next++, value);
        return this;
    }

    public JournalStatement Bind(long? value) => value is { } number ? Bind(number) : BindNull();

    public JournalStatement Bind(double? value)
    {
        if (value is not { } number)
        {
            return BindNull();
        }

        raw.sqlite3_bind_double(_statement, _next++, number);
        return this;
    }

    public JournalStatement Bind(bool value) => Bind(value ? 1L : 0L);

    public JournalStatement Bind(string? value)
    {
        if (value is null)
        {
            return BindNull();
        }

        raw.sqlite3_bind_text(_statement, _next++, value);
        return this;
    }

    public JournalStatement Bind(byte[]? value)
    {
        if (value is null)
        {
            return BindNull();
        }

        raw.sqlite3_bind_blob(_statement, _next++, value);
        return this;
    }

    public JournalStatement Bind(DateTimeOffset? value)
    {
        if (value is not { } time)
        {
            return BindNull();
        }

        Span<byte> text = stackalloc byte[JournalTime.Length];
        JournalTime.Write(time, text);
        raw.sqlite3_bind_text(_statement, _next++, text);
        return this;
    }

    /// <summary>Runs the statement with what was bound, and makes it ready for the next row. Returns how many rows it changed.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Execute()
    {
        var code = raw.sqlite3_step(_statement);
        _next = 1;
        if (code != raw.SQLITE_DONE)
        {
            raw.sqlite3_reset(_statement);
            SqliteException.ThrowExceptionForRC(code, _database);
        }

        raw.sqlite3_reset(_statement);
        return raw.sqlite3_changes(_database);
    }

    public void Dispose() => _statement.Dispose();

    private JournalStatement BindNull()
    {
        raw.sqlite3_bind_null(_statement, _next++);
        return this;
    }
}
