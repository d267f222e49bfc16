using System.Globalization;
using System.Net;

namespace BatchOps.Engine;

/// <summary>Values of tags: lower case, words joined by underscores.</summary>
internal static class TelemetryText
{
    // As long as the chain that the classifier follows.
    private const int MaxDepth = 16;

    private static readonly Dictionary<Enum, string> Names = new Enum[][]
    {
        [.. Enum.GetValues<ItemStatus>().Cast<Enum>()],
        [.. Enum.GetValues<OutcomeClass>().Cast<Enum>()],
        [.. Enum.GetValues<OutcomeReason>().Cast<Enum>()],
    }.SelectMany(static values => values).ToDictionary(static value => value, static value => SnakeCase(value.ToString()));

    public static string Of(Enum value) => Names[value];

    /// <summary>What an item failed of: the HTTP status where there is one, else the exception's type; null when it did not fail.</summary>
    /// <remarks><c>_OTHER</c> is the conventions' word for an error without a type.</remarks>
    public static string? ErrorTypeOf(ItemStatus status, Exception? error) => status switch
    {
        ItemStatus.TimedOut => "timeout",
        ItemStatus.Failed => error is null ? "_OTHER" : TypeOf(error),
        _ => null,
    };

    public static string TypeOf(Exception error)
    {
        var current = error;
        for (var depth = 0; current is not null && depth < MaxDepth; depth++, current = current.InnerException)
        {
            if (current is HttpRequestException { StatusCode: { } status })
            {
                return ((int)status).ToString(CultureInfo.InvariantCulture);
            }

            if (current is WebException { Response: HttpWebResponse response })
            {
                return ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            }
        }

        return error.GetType().FullName ?? error.GetType().Name;
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select(static (c, i) => char.IsUpper(c) && i > 0 ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
