using System.Text;
using Microsoft.Data.Sqlite;

namespace BatchOps.Engine;

/// <summary>A table of a SQLite file that holds the results of items, a row for each output, in one transaction.</summary>
/// <remarks>
/// Rows go by identity and ordinal: what is put again replaces what was there, so repeated and resumed runs never double
/// a row. Columns are added as results bring them; columns that no result has are left as they are.
/// </remarks>
internal sealed class ResultTable : IDisposable
{
    private const string Identity = "batch_identity";
    private const string Index = "batch_index";
    private const string Ordinal = "batch_ordinal";

    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly string _table;
    private readonly bool _madeFile;
    private readonly bool _existed;

    // Columns of the table, and those of them that results of this export have, in the order of their parameters.
    private readonly HashSet<string> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _used = new(StringComparer.OrdinalIgnoreCase);
    private SqliteCommand? _upsert;
    private SqliteCommand? _trim;
    private SqliteCommand? _note;
    private bool _committed;

    /// <summary>Opens the file, makes it when it is new, and begins.</summary>
    /// <param name="path">The file.</param>
    /// <param name="table">The table's name, any text.</param>
    /// <exception cref="ExportException">The file can't be used, or has such a table that is something else.</exception>
    public ResultTable(string path, string table)
    {
        _path = path;
        _table = table;
        Check(path, table);
        _madeFile = !File.Exists(path);
        try
        {
            _connection = Guard(() =>
            {
                JournalFile.CreatePrivate(path, FileMode.OpenOrCreate).Dispose();
                return JournalFile.Open(path, JournalFile.BusyTimeout, static connection => connection.Execute("BEGIN IMMEDIATE"));
            });
            _existed = Guard(Enter);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Rows that were put.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows that were removed, because an item has fewer outputs than before.</summary>
    public long Removed { get; private set; }

    /// <summary>Fails when the table can't be made there for what its name or its file is, without making anything.</summary>
    /// <exception cref="ExportException">It can't.</exception>
    public static void Check(string path, string table)
    {
        if (table.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase) || table.Contains('\0', StringComparison.Ordinal))
        {
            throw new ExportException(JournalFault.Foreign, $"A table can't be named '{table}': SQLite keeps names that begin with sqlite_ for itself. Name it otherwise.");
        }

        if (Directory.Exists(path))
        {
            throw new ExportException(JournalFault.Inaccessible, $"'{path}' is a folder. Name a file.");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            throw new ExportException(JournalFault.Inaccessible, $"The database '{path}' can't be made: there is no folder '{folder}'. Make it first.");
        }

        try
        {
            if (File.Exists(path) && ReplacementFile.IsJournal(path))
            {
                throw new ExportException(JournalFault.Foreign, $"The database '{path}' is a journal, into which no results are exported. Name another file.");
            }
        }
        catch (Exception error) when (error is UnauthorizedAccessException or (IOException and not ExportException))
        {
            throw new ExportException(JournalFault.Inaccessible, $"The database '{path}' can't be used: {error.Message}", error);
        }
    }

    /// <summary>Puts the outputs of one item.</summary>
    /// <param name="identity">The item's identity.</param>
    /// <param name="index">Its place in the input.</param>
    /// <param name="rows">Its outputs; values are null, long, double, string or byte[].</param>
    /// <exception cref="ExportException">They can't be written.</exception>
    public void Put(string identity, long index, IReadOnlyList<IReadOnlyList<KeyValuePair<string, object?>>> rows) => Guard(() =>
    {
        foreach (var (name, _) in rows.SelectMany(static row => row))
        {
            Use(NameOf(name));
        }

        for (var ordinal = 0; ordinal < rows.Count; ordinal++)
        {
            Put(identity, index, ordinal, rows[ordinal]);
        }

        if (_existed)
        {
            Trim(identity, rows.Count);
            _note ??= _connection.Command("INSERT OR IGNORE INTO temp.written (identity) VALUES ($identity)", ("$identity", string.Empty));
            _note.Parameters[0].Value = identity;
            _note.ExecuteNonQuery();
        }

        return Rows += rows.Count;
    });

    /// <summary>Ends the transaction: all rows are there.</summary>
    /// <exception cref="ExportException">They can't be written.</exception>
    public void Commit() => Guard(() =>
    {
        _connection.Execute("COMMIT");
        return _committed = true;
    });

    /// <summary>Closes the file; what was not committed was never there.</summary>
    public void Dispose()
    {
        _upsert?.Dispose();
        _trim?.Dispose();
        _note?.Dispose();
        _connection?.Dispose();
        if (_madeFile && !_committed)
        {
            File.Delete(_path);
        }
    }

    /// <summary>A name in SQL, whatever it is.</summary>
    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The column of a property: as it is called, unless that is one of the table's own, or no text in a file.</summary>
    private static string NameOf(string property)
    {
        var name = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(property)).Replace('\0', '\ufffd');
        return name.Equals(Identity, StringComparison.OrdinalIgnoreCase) || name.Equals(Index, StringComparison.OrdinalIgnoreCase) || name.Equals(Ordinal, StringComparison.OrdinalIgnoreCase)
            ? name + "_"
            : name;
    }

    /// <summary>Finds the table, or makes it. True when it was there.</summary>
    private bool Enter()
    {
        _connection.Execute("CREATE TEMP TABLE written (identity TEXT PRIMARY KEY) WITHOUT ROWID");
        var type = _connection.Scalar<string>("SELECT type FROM main.sqlite_schema WHERE type IN ('table', 'view') AND name = $table COLLATE NOCASE", ("$table", _table));
        if (type is null)
        {
            _connection.Execute($"CREATE TABLE main.{Quote(_table)} ({Identity} TEXT NOT NULL, {Index} INTEGER NOT NULL, {Ordinal} INTEGER NOT NULL, PRIMARY KEY ({Identity}, {Ordinal}))");
            _columns.UnionWith([Identity, Index, Ordinal]);
            return false;
        }

        var key = new List<string>();
        using (var command = _connection.Command("SELECT name, pk FROM pragma_table_xinfo($table, 'main') ORDER BY pk", ("$table", _table)))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                _columns.Add(reader.GetString(0));
                if (reader.GetInt32(1) > 0)
                {
                    key.Add(reader.GetString(0));
                }
            }
        }

        return type == "table" && key is [Identity, Ordinal] && _columns.Contains(Index)
            ? true
            : throw new ExportException(JournalFault.Foreign, $"The database '{_path}' has a {type} '{_table}' that was not made by an export. Name another table.");
    }

    /// <summary>Makes sure that there is the column, and that the rows put before have nothing in it.</summary>
    private void Use(string column)
    {
        if (_used.ContainsKey(column))
        {
            return;
        }

        _upsert?.Dispose();
        _upsert = null;
        if (!_columns.TryGetValue(column, out var existing))
        {
            _connection.Execute($"ALTER TABLE main.{Quote(_table)} ADD COLUMN {Quote(column)}");
            _columns.Add(column);
        }
        else if (_existed)
        {
            _connection.Execute($"UPDATE main.{Quote(_table)} SET {Quote(existing)} = NULL WHERE {Identity} IN (SELECT identity FROM temp.written)");
        }

        // As the table has it: SQLite knows equal letters of other cases only in English.
        _used.Add(existing ?? column, _used.Count);
    }

    private void Put(string identity, long index, int ordinal, IReadOnlyList<KeyValuePair<string, object?>> row)
    {
        _upsert ??= PrepareUpsert();
        _upsert.Parameters[0].Value = identity;
        _upsert.Parameters[1].Value = index;
        _upsert.Parameters[2].Value = ordinal;
        for (var i = 3; i < _upsert.Parameters.Count; i++)
        {
            _upsert.Parameters[i].Value = DBNull.Value;
        }

        foreach (var (name, value) in row)
        {
            _upsert.Parameters[3 + _used[NameOf(name)]].Value = value switch
            {
                // SQLite has no such number.
                null or double.NaN => DBNull.Value,
                _ => value,
            };
        }

        _upsert.ExecuteNonQuery();
    }

    private SqliteCommand PrepareUpsert()
    {
        var columns = _used.OrderBy(static c => c.Value).Select(static c => Quote(c.Key)).ToArray();
        var sql = new StringBuilder($"INSERT INTO main.{Quote(_table)} ({Identity}, {Index}, {Ordinal}");
        sql.AppendJoin(string.Empty, columns.Select(static c => ", " + c));
        sql.Append(") VALUES ($identity, $index, $ordinal");
        sql.AppendJoin(string.Empty, columns.Select(static (_, i) => $", $v{i}"));
        sql.Append($") ON CONFLICT ({Identity}, {Ordinal}) DO UPDATE SET {Index} = excluded.{Index}");
        sql.AppendJoin(string.Empty, columns.Select(static c => $", {c} = excluded.{c}"));

        var command = _connection.Command(sql.ToString(), ("$identity", string.Empty), ("$index", 0L), ("$ordinal", 0));
        for (var i = 0; i < columns.Length; i++)
        {
            command.Parameters.AddWithValue($"$v{i}", DBNull.Value);
        }

        command.Prepare();
        return command;
    }

    private void Trim(string identity, int rows)
    {
        _trim ??= _connection.Command($"DELETE FROM main.{Quote(_table)} WHERE {Identity} = $identity AND {Ordinal} >= $rows", ("$identity", string.Empty), ("$rows", 0));
        _trim.Parameters[0].Value = identity;
        _trim.Parameters[1].Value = rows;
        Removed += _trim.ExecuteNonQuery();
    }

    private T Guard<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (SqliteException error)
        {
            var (fault, why) = error.SqliteErrorCode switch
            {
                SQLitePCL.raw.SQLITE_ERROR or SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_MISMATCH => (JournalFault.Foreign, $"the table '{_table}' can't take the results"),
                SQLitePCL.raw.SQLITE_FULL => (JournalFault.Full, "the disk is full. Make room and export again"),
                _ => JournalFile.Explain(error),
            };
            throw new ExportException(fault, $"The database '{_path}' can't be used: {why} ({error.Message}).", error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or (IOException and not ExportException))
        {
            throw new ExportException(JournalFault.Inaccessible, $"The database '{_path}' can't be used: {error.Message}", error);
        }
    }
}
