using System.Globalization;
using System.Text.Json;

namespace BatchOps.Slides.Google.Http;

/// <summary>What the body of a refusal says. Drive lists errors with reasons, the newer services write google.rpc details.</summary>
internal sealed record ErrorBody
{
    // Quotas of Google's are counted by the minute.
    private static readonly TimeSpan QuotaWindow = TimeSpan.FromMinutes(1);

    // Both clocks are told in whole seconds.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(2);

    private ErrorBody()
    {
    }

    /// <summary>A body that says nothing: none, or a web page of some gateway.</summary>
    public static ErrorBody None { get; } = new();

    public string? Message { get; private init; }

    /// <summary>The most exact word for the cause.</summary>
    public string? Reason { get; private init; }

    /// <summary>How long to wait, where the details say so.</summary>
    public TimeSpan? RetryDelay { get; private init; }

    /// <summary>When the window of the used-up quota began.</summary>
    public DateTimeOffset? WindowStart { get; private init; }

    /// <summary>How long to wait until the window of the used-up quota is over; null when it is over, or not known.</summary>
    public TimeSpan? UntilWindowEnds(DateTimeOffset serverTime) =>
        WindowStart + QuotaWindow - serverTime is { } wait && wait > TimeSpan.Zero && wait <= QuotaWindow + Rounding ? wait : null;

    public static ErrorBody Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return None;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
                ? Read(error)
                : None;
        }
        catch (JsonException)
        {
            return None;
        }
    }

    private static ErrorBody Read(JsonElement error)
    {
        var listed = Items(error, "errors").Select(static item => Text(item, "reason")).FirstOrDefault(static reason => reason is not null);
        string? detailed = null;
        TimeSpan? delay = null;
        DateTimeOffset? start = null;
        foreach (var detail in Items(error, "details"))
        {
            var type = Text(detail, "@type") ?? "";
            if (type.EndsWith("google.rpc.ErrorInfo", StringComparison.Ordinal))
            {
                detailed ??= Text(detail, "reason");
            }
            else if (type.EndsWith("google.rpc.RetryInfo", StringComparison.Ordinal))
            {
                delay ??= Duration(Text(detail, "retryDelay"));
            }

            if (detail.ValueKind == JsonValueKind.Object && detail.TryGetProperty("metadata", out var metadata))
            {
                start ??= Moment(Text(metadata, "window_start_time"));
            }
        }

        return new ErrorBody
        {
            Message = Text(error, "message"),
            Reason = listed ?? detailed ?? Text(error, "status"),
            RetryDelay = delay,
            WindowStart = start,
        };
    }

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value)
            ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null }
            : null;

    // Protocol buffers write a duration as seconds with an s behind.
    private static TimeSpan? Duration(string? text) =>
        text is [.., 's'] && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue))
            : null;

    private static DateTimeOffset? Moment(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment
        : null;
}
