using System.Globalization;
using Microsoft.Data.Sqlite;

namespace BatchOps.Engine.Tests;

/// <summary>Runs over integers with a journal: each item yields ten times its value.</summary>
internal static class JournalRuns
{
    public static JournalOptions Options(string path) => new() { Path = path, OperationHash = "times-ten" };

    public static Task<List<ItemResult<int, int>>> RunAsync(IEnumerable<int> items, JournalOptions journal, Func<Lease<int, int>, int>? operation = null, Func<BatchOptions, BatchOptions>? configure = null) =>
        RunAsync(items, journal, operation, configure, static item => new ItemTraits { Key = item });

    public static async Task<List<ItemResult<int, int>>> RunAsync(IEnumerable<int> items, JournalOptions journal, Func<Lease<int, int>, int>? operation, Func<BatchOptions, BatchOptions>? configure, Func<int, ItemTraits> traits)
    {
        operation ??= static lease => lease.Input * 10;
        var options = new BatchOptions { ThrottleLimit = 4, BatchName = "numbers", Journal = journal };
        var results = new List<ItemResult<int, int>>();
        await foreach (var result in Batch.RunAsync<int, int>(items, lease => new(operation(lease)), configure?.Invoke(options) ?? options, traits))
        {
            results.Add(result);
        }

        return results;
    }

    public static List<string> Query(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }
}
