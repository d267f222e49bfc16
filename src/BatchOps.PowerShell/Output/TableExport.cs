namespace BatchOps;

/// <summary>What an export to a database did.</summary>
public sealed class TableExport
{
    internal TableExport(string database, string table, Guid runId, long items, long rows, long removed)
    {
        Database = database;
        Table = table;
        RunId = runId;
        Items = items;
        Rows = rows;
        Removed = removed;
    }

    /// <summary>The SQLite file.</summary>
    public string Database { get; }

    /// <summary>The table.</summary>
    public string Table { get; }

    /// <summary>The run's id.</summary>
    public Guid RunId { get; }

    /// <summary>Items whose results were exported.</summary>
    public long Items { get; }

    /// <summary>Rows that were added or updated.</summary>
    public long Rows { get; }

    /// <summary>Rows that were removed, because an item has fewer outputs than before.</summary>
    public long Removed { get; }
}
