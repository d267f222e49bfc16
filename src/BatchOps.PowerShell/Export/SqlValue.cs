using System.Collections;
using System.Management.Automation;
using System.Numerics;

namespace BatchOps.PowerShell.Export;

/// <summary>Turns values into what SQLite stores: integer, real, text or blob.</summary>
internal static class SqlValue
{
    /// <summary>Null, long, double, string or byte[]. What SQLite has no exact number for becomes text, what is nested JSON.</summary>
    public static object? Of(object? value) => PlainValue.Of(value) switch
    {
        bool answer => answer ? 1L : 0L,
        decimal number => IsExact(number) ? (double)number : PlainJson.Of(number),
        BigInteger number => PlainJson.Of(number),
        IDictionary or PSObject or (IEnumerable and not string and not byte[]) => PlainJson.Of(value),
        var scalar => scalar,
    };

    /// <summary>The columns of an output object.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>> Row(object? output) =>
        [.. PlainValue.Columns(output).Select(static column => KeyValuePair.Create(column.Key, Of(column.Value)))];

    // 15 digits survive the way through a double.
    private static bool IsExact(decimal number) => Math.Abs(number) < 1e15m && (decimal)(double)number == number;
}
