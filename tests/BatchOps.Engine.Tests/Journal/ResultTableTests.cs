namespace BatchOps.Engine.Tests;

public sealed class ResultTableTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("out.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Put_SeveralOutputs_HasARowForEachInOrder()
    {
        Export(("a", 0, [Row(("x", 1L)), Row(("x", 2L))]), ("b", 1, [Row(("x", "text"))]));

        Assert.Equal(["a|0|0|1", "a|0|1|2", "b|1|0|text"], Rows("SELECT batch_identity, batch_index, batch_ordinal, x FROM t ORDER BY rowid"));
    }

    [Fact]
    public void Put_Again_UpdatesTheRowAndItsPlace()
    {
        Export(("a", 0, [Row(("x", 1L))]));
        Export(("new", 0, [Row(("x", 9L))]), ("a", 1, [Row(("x", 2L))]));

        Assert.Equal(["new|0|9", "a|1|2"], Rows("SELECT batch_identity, batch_index, x FROM t ORDER BY batch_index"));
    }

    [Fact]
    public void Put_FewerOutputs_RemovesTheRest()
    {
        Export(("a", 0, [Row(("x", 1L)), Row(("x", 2L)), Row(("x", 3L))]), ("b", 1, [Row(("x", 4L))]));
        using (var table = new ResultTable(Path, "t"))
        {
            table.Put("a", 0, [Row(("x", 5L))]);
            table.Commit();
            Assert.Equal((1, 2), (table.Rows, table.Removed));
        }

        Assert.Equal(["5", "4"], Rows("SELECT x FROM t ORDER BY batch_index"));
    }

    [Fact]
    public void Put_ColumnSeenLate_IsEmptyInTheRowsBefore()
    {
        Export(("a", 0, [Row(("x", 1L), ("y", "old"))]), ("b", 1, [Row(("x", 2L), ("y", "old"))]), ("c", 2, [Row(("y", "kept"))]));
        Export(("a", 0, [Row(("x", 3L))]), ("b", 1, [Row(("Y", "new"), ("z", null))]));

        Assert.Equal(["3||", "|new|", "|kept|"], Rows("SELECT x, y, z FROM t ORDER BY batch_index"));
    }

    [Fact]
    public void Put_EqualNamesInOtherCase_AreOneColumn()
    {
        Export(("a", 0, [Row(("Straße", 1L), ("É", 1L))]), ("b", 1, [Row(("STRAßE", 2L), ("é", 2L))]));
        Export(("a", 0, [Row(("é", 3L))]));

        Assert.Equal(["batch_identity", "batch_index", "batch_ordinal", "Straße", "É"], Rows("SELECT name FROM pragma_table_info('t')"));
        Assert.Equal(["3", "2"], Rows("SELECT É FROM t ORDER BY batch_index"));
    }

    [Fact]
    public void Put_NamesThatAreNoTextInAFile_AreMadeText()
    {
        Export(("a", 0, [Row(("a\0b", 1L), ("\ud800", 2L), ("batch_ORDINAL", 3L))]));

        Assert.Equal(["a\ufffdb", "\ufffd", "batch_ORDINAL_"], Rows("SELECT name FROM pragma_table_info('t')").Skip(3));
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesWhatWasThere()
    {
        Export(("a", 0, [Row(("x", 1L))]));
        using (var table = new ResultTable(Path, "t"))
        {
            table.Put("a", 0, [Row(("x", 2L), ("y", 3L))]);
        }

        Assert.Equal(["1"], Rows("SELECT x FROM t"));
        Assert.Equal(["x"], Rows("SELECT name FROM pragma_table_info('t')").Skip(3));
    }

    [Fact]
    public void Dispose_WithoutCommitOfANewFile_LeavesNone()
    {
        using (var table = new ResultTable(Path, "t"))
        {
            table.Put("a", 0, [Row(("x", 2L))]);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(System.IO.Path.GetDirectoryName(Path)!));
    }

    [Fact]
    public async Task Open_OfAJournal_IsRefused()
    {
        await JournalRuns.RunAsync([1], JournalRuns.Options(Path));

        Assert.Equal(JournalFault.Foreign, Assert.Throws<ExportException>(() => new ResultTable(Path, "t")).Fault);
        Assert.Throws<ExportException>(() => new ReplacementFile(Path, overwrite: true));
        Assert.Equal(["1"], JournalRuns.Query(Path, "SELECT count(*) FROM items"));
    }

    [Fact]
    public void Put_ManyRows_KeepsOrderAndCount()
    {
        Export([.. Enumerable.Range(0, 3000).Select(static i => ($"id{i}", (long)i, (IReadOnlyList<IReadOnlyList<KeyValuePair<string, object?>>>)[Row(("n", (long)i))]))]);

        Assert.Equal(["3000|4498500|2999"], Rows("SELECT count(*), sum(n), max(batch_index) FROM t"));
        Assert.Equal(["0"], Rows("SELECT count(*) FROM t WHERE n <> batch_index OR rowid <> n + 1"));
    }

    private static IReadOnlyList<KeyValuePair<string, object?>> Row(params (string Name, object? Value)[] values) => [.. values.Select(static v => KeyValuePair.Create(v.Name, v.Value))];

    private List<string> Rows(string sql) => JournalRuns.Query(Path, sql);

    private void Export(params (string Identity, long Index, IReadOnlyList<IReadOnlyList<KeyValuePair<string, object?>>> Rows)[] items)
    {
        using var table = new ResultTable(Path, "t");
        foreach (var (identity, index, rows) in items)
        {
            table.Put(identity, index, rows);
        }

        table.Commit();
    }
}
