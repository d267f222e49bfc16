using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Numerics;
using System.Text.Json;

namespace BatchOps.PowerShell.Journal;

/// <summary>A type whose values are one piece of text or one number.</summary>
/// <param name="Name">The tag.</param>
/// <param name="Type">The type.</param>
/// <param name="Write">Appends a value without its tag.</param>
/// <param name="Read">Reads what <paramref name="Write"/> wrote.</param>
internal sealed record ScalarType(string Name, Type Type, Action<JsonText, object> Write, Func<JsonElement, object> Read)
{
    private const string SemanticVersion = "System.Management.Automation.SemanticVersion";

    private static readonly ScalarType Address = Text("ipaddress", static value => value.ToString(), IPAddress.Parse);

    private static readonly ScalarType[] All =
    [
        new("bool", typeof(bool), static (text, value) => text.Append((bool)value ? "true" : "false"), static e => e.GetBoolean()),
        new("switch", typeof(SwitchParameter), static (text, value) => text.Append(((SwitchParameter)value).IsPresent ? "true" : "false"), static e => new SwitchParameter(e.GetBoolean())),
        new("string", typeof(string), static (text, value) => text.AppendQuoted((string)value), static e => JsonString.Of(e)),
        new("char", typeof(char), static (text, value) => text.AppendQuoted([(char)value]), static e => JsonString.Of(e) is [var c] ? c : throw new FormatException("A char is not one character.")),
        new("dbnull", typeof(DBNull), static (text, _) => text.Append("null"), static _ => DBNull.Value),
        Number<int>("int"), Number<long>("long"), Number<short>("short"), Number<byte>("byte"),
        Number<uint>("uint"), Number<ulong>("ulong"), Number<ushort>("ushort"), Number<sbyte>("sbyte"),
        Number<nint>("nint"), Number<nuint>("nuint"), Number<Int128>("int128"), Number<UInt128>("uint128"), Number<BigInteger>("bigint"),
        Number<double>("double"), Number<float>("float"), Number<Half>("half"), Number<decimal>("decimal"),
        Text("datetime", static value => value.ToString("O", CultureInfo.InvariantCulture), ParseTime),
        Text("datetimeoffset", static value => value.ToString("O", CultureInfo.InvariantCulture), static text => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture)),
        Text("timespan", static value => value.ToString("c", CultureInfo.InvariantCulture), static text => TimeSpan.ParseExact(text, "c", CultureInfo.InvariantCulture)),
        Text("dateonly", static value => value.ToString("O", CultureInfo.InvariantCulture), static text => DateOnly.ParseExact(text, "O", CultureInfo.InvariantCulture)),
        Text("timeonly", static value => value.ToString("O", CultureInfo.InvariantCulture), static text => TimeOnly.ParseExact(text, "O", CultureInfo.InvariantCulture)),
        Text("guid", static value => value.ToString("D"), static text => Guid.ParseExact(text, "D")),
        Text("version", static value => value.ToString(), Version.Parse),
        Text("uri", static value => (value.IsAbsoluteUri ? "" : "relative:") + value.OriginalString, ParseUri),
        Text("bytes", static value => Convert.ToBase64String(value), Convert.FromBase64String),
        Address,
        .. SemanticVersions(),
    ];

    private static readonly Dictionary<Type, ScalarType> ByType = All.ToDictionary(static scalar => scalar.Type);
    private static readonly Dictionary<string, ScalarType> ByName = All.ToDictionary(static scalar => scalar.Name, StringComparer.Ordinal);

    /// <summary>The scalar that a type is; null for none.</summary>
    public static ScalarType? Of(Type type) => ByType.GetValueOrDefault(type);

    /// <summary>The scalar that a value is; null for none.</summary>
    /// <remarks>The well-known addresses are of a type of their own.</remarks>
    public static ScalarType? Of(object value) => ByType.TryGetValue(value.GetType(), out var scalar) ? scalar : value is IPAddress ? Address : null;

    /// <summary>The scalar of that tag; null for none.</summary>
    public static ScalarType? Named(string name) => ByName.GetValueOrDefault(name);

    private static ScalarType Number<T>(string name)
        where T : struct, INumberBase<T> => new(
            name,
            typeof(T),
            static (text, value) =>
            {
                // JSON has no NaN and no infinity.
                var finite = T.IsFinite((T)value);
                if (!finite)
                {
                    text.Append('"');
                }

                text.AppendFormatted((T)value);
                if (!finite)
                {
                    text.Append('"');
                }
            },
            static element => T.Parse(element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture));

    private static ScalarType Text<T>(string name, Func<T, string> write, Func<string, T> parse)
        where T : notnull => new(name, typeof(T), (text, value) => text.AppendQuoted(write((T)value)), element => parse(JsonString.Of(element)));

    private static DateTime ParseTime(string text)
    {
        const int clock = 27;
        if (text.Length <= clock + 1)
        {
            return DateTime.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        }

        // A local time: the same instant where the zone differs, and the same clock where no other zone has that instant.
        return DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            && time.UtcTicks is > TimeSpan.TicksPerDay and < 3_155_378_111_999_999_999 - TimeSpan.TicksPerDay
            ? time.LocalDateTime
            : DateTime.SpecifyKind(DateTime.Parse(text.AsSpan(0, clock), CultureInfo.InvariantCulture), DateTimeKind.Local);
    }

    // A rooted path is an absolute URI on Unix when nobody says that it is relative.
    private static Uri ParseUri(string text) => text.StartsWith("relative:", StringComparison.Ordinal)
        ? new Uri(text["relative:".Length..], UriKind.Relative)
        : new Uri(text, UriKind.Absolute);

    // The type is younger than the library that the cmdlets are compiled against.
    private static IEnumerable<ScalarType> SemanticVersions()
    {
        if (typeof(PSObject).Assembly.GetType(SemanticVersion)?.GetConstructor([typeof(string)]) is { } constructor)
        {
            yield return new ScalarType(
                "semver",
                constructor.DeclaringType!,
                static (text, value) => text.AppendQuoted(value.ToString()),
                element => constructor.Invoke([JsonString.Of(element)]));
        }
    }
}
