using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Net;
using System.Text.Json;
using BatchOps.Engine;

namespace BatchOps.Pdf.Bills;

/// <summary>Says what a failed call means and what to do about it.</summary>
/// <param name="options">The model.</param>
/// <param name="key">The key, which services quote.</param>
/// <param name="time">This machine's clock.</param>
internal sealed class BillCallFailure(BillModelOptions options, string? key, TimeProvider time)
{
    private const int MostSaid = 500;
    private const string TooLarge = "the page's image is too large. Render pages with a lower resolution, or use the detail Low.";

    private string Host => options.Endpoint.Authority;

    /// <summary>The exception to throw; the engine reads from it whether and when to try again.</summary>
    /// <param name="failure">What the client library threw.</param>
    public Exception Explain(Exception failure) => failure switch
    {
        ClientResultException { Status: >= 300 } refusal => Refused(refusal),
        ClientResultException { Status: 0 } or HttpRequestException or IOException or AggregateException => Broken(failure),

        // The client library throws what its readers throw.
        _ => new BillAnswerException($"{Host} gave an answer that is no chat completion: {Clean(failure.Message)}", failure),
    };

    /// <summary>A text of the service's, short and without secrets.</summary>
    public string Clean(string said)
    {
        var text = Redactor.Redact(string.IsNullOrEmpty(key) ? said : said.Replace(key, "<secret>", StringComparison.Ordinal)).Trim();
        return text.Length <= MostSaid ? text : text[..MostSaid] + "...";
    }

    private Exception Broken(Exception failure)
    {
        // A retry policy wraps what it gives up on.
        var cause = failure is AggregateException { InnerException: { } first } ? first : failure;
        cause = cause is ClientResultException { InnerException: { } inner } ? inner : cause;
        if (cause is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
        {
            return new BillAnswerException($"{Host} sent an answer without end: {Clean(cause.Message)}", cause);
        }

        return new BillCallException($"The connection to {Host} failed: {Clean(cause.Message)} Check the endpoint '{options.Endpoint}', the network and its proxy.", null, null, cause);
    }

    private BillCallException Refused(ClientResultException refusal)
    {
        var status = (HttpStatusCode)refusal.Status;
        var response = refusal.GetRawResponse();
        var body = ErrorBody.Parse(response?.Content.ToMemory() ?? default);
        var isKey = IsKey(status, body);

        // What is said about a key quotes it, in parts.
        var said = isKey ? "" : Clean(body.Message ?? "");
        var advice = isKey ? "the API key was refused. Check ApiKey or the environment variable BATCHOPS_API_KEY, and that the key is for this service." : Advice(status, body);
        var explained = new BillCallException(
            $"{Host} answered {(int)status}" + (advice, said) switch
            {
                (null, "") => ".",
                (null, _) => $": {said}",
                (_, "") => $": {advice}",
                _ => $": {advice} The service says: {said}",
            },
            isKey ? HttpStatusCode.Unauthorized : status,
            body.Code);
        if (IsCreditUsedUp(body))
        {
            explained.Data[OutcomeClassifier.ClassKey] = OutcomeClass.ItemFault;
        }
        else if ((RetryAfter(response) ?? body.RetryDelay) is { } wait)
        {
            explained.Data[OutcomeClassifier.RetryAfterKey] = wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }

        return explained;
    }

    private string? Advice(HttpStatusCode status, ErrorBody body) => status switch
    {
        HttpStatusCode.Forbidden => $"the key may not use the model '{options.Model}', or the service is not offered here.",
        HttpStatusCode.NotFound => $"there is no model '{options.Model}' there, or the endpoint '{options.Endpoint}' is not the service's base address (it often ends in /v1).",
        HttpStatusCode.RequestEntityTooLarge => TooLarge,
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when Says(body, "schema", "response_format", "additionalProperties") =>
            $"the schema was refused. Use the dialect {(options.EffectiveDialect == BillSchemaDialect.OpenAI ? BillSchemaDialect.Gemini : BillSchemaDialect.OpenAI)}, or a model that answers by a JSON schema.",
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when Says(body, "image", "payload", "request size") && Says(body, "large", "size", "exceed", "dimension", "limit") => TooLarge,
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when Says(body, "image") => $"the image was refused. Use a model that reads images; '{options.Model}' may not.",
        HttpStatusCode.TooManyRequests when IsCreditUsedUp(body) => "the account's credit or quota is used up. Top it up, or use another key.",
        HttpStatusCode.TooManyRequests => "too many calls or tokens a minute.",
        >= HttpStatusCode.InternalServerError => "the service is in trouble.",
        < HttpStatusCode.BadRequest => $"the endpoint '{options.Endpoint}' has moved. Give its new address; keys are not sent on.",
        _ => null,
    };

    private static bool IsKey(HttpStatusCode status, ErrorBody body) =>
        status == HttpStatusCode.Unauthorized || (status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden && Says(body, "API_KEY_INVALID", "API key not valid", "API key expired", "invalid_api_key"));

    private static bool IsCreditUsedUp(ErrorBody body) => body.Code is "insufficient_quota" or "billing_hard_limit_reached" || body.Type == "insufficient_quota";

    private static bool Says(ErrorBody body, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (body.Text.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private TimeSpan? RetryAfter(PipelineResponse? response)
    {
        if (response is null)
        {
            return null;
        }

        if (response.Headers.TryGetValue("retry-after-ms", out var exact) && double.TryParse(exact, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue));
        }

        if (!response.Headers.TryGetValue("Retry-After", out var given))
        {
            return null;
        }

        if (double.TryParse(given, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue));
        }

        // Both ends of the wait by the server's clock.
        return Date(given) - (response.Headers.TryGetValue("Date", out var date) ? Date(date) ?? time.GetUtcNow() : time.GetUtcNow());
    }

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    /// <summary>What an error's body says: <c>{"error":{...}}</c>, at Google also as the only element of an array.</summary>
    private sealed record ErrorBody(string Text, string? Message, string? Type, string? Code, TimeSpan? RetryDelay)
    {
        public static ErrorBody Parse(ReadOnlyMemory<byte> json)
        {
            var text = System.Text.Encoding.UTF8.GetString(json.Span);
            try
            {
                using var document = JsonDocument.Parse(json);
                var root = document.RootElement;
                root = root is { ValueKind: JsonValueKind.Array } && root.GetArrayLength() > 0 ? root[0] : root;
                return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) ? Of(error, text) : new ErrorBody(text, null, null, null, null);
            }
            catch (JsonException)
            {
                // A proxy's page: nothing in it helps.
                return new ErrorBody("", null, null, null, null);
            }
        }

        private static ErrorBody Of(JsonElement error, string text)
        {
            if (error.ValueKind != JsonValueKind.Object)
            {
                return new ErrorBody(text, error.ValueKind == JsonValueKind.String ? error.GetString() : null, null, null, null);
            }

            TimeSpan? delay = null;
            if (error.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Array)
            {
                foreach (var detail in details.EnumerateArray())
                {
                    if (String(detail, "retryDelay") is ['0' or '1' or '2' or '3' or '4' or '5' or '6' or '7' or '8' or '9', .., 's'] wait
                        && double.TryParse(wait.AsSpan(0, wait.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
                    {
                        delay = TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue));
                    }
                }
            }

            return new ErrorBody(text, String(error, "message"), String(error, "type"), String(error, "code") ?? String(error, "status"), delay);
        }

        private static string? String(JsonElement element, string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
