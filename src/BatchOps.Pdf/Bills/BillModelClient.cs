using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Security;
using BatchOps.Engine;
using OpenAI;
using OpenAI.Chat;

namespace BatchOps.Pdf.Bills;

/// <summary>
/// Shows pages to a model, one page a call. It does not retry and does not queue: any number of calls overlap, and each is
/// one attempt that ends with a page or an exception that the engine can classify.
/// </summary>
public sealed class BillModelClient
{
    /// <summary>The environment variable that holds the key where none is given.</summary>
    public const string KeyVariable = "BATCHOPS_API_KEY";

    /// <summary>The name of the limit on calls, among <see cref="ThrottleOptions.CallRates"/>.</summary>
    public const string RequestLimit = "requests";

    /// <summary>The name of the limit on tokens, among <see cref="ThrottleOptions.CallRates"/>.</summary>
    public const string TokenLimit = "tokens";

    private static readonly Lazy<HttpClientPipelineTransport> Transport = new(OpenTransport);

    private readonly BillModelOptions _options;
    private readonly TimeProvider _time;
    private readonly BillCallFailure _failure;
    private readonly ChatClient _client;
    private readonly ChatResponseFormat _format;

    /// <summary>Makes the client ready; nothing is sent yet.</summary>
    /// <param name="options">The model.</param>
    /// <param name="apiKey">The key; null takes the one of the environment variable BATCHOPS_API_KEY. A service on this machine may need none.</param>
    /// <param name="time">The clock of the timeout; the system's by default.</param>
    /// <exception cref="BillSetupException">An option is out of range, or the key is missing.</exception>
    public BillModelClient(BillModelOptions options, SecureString? apiKey = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);

        // A key that was read from a file often ends with its line.
        var key = (apiKey is { Length: > 0 } ? new NetworkCredential("", apiKey).Password : Environment.GetEnvironmentVariable(KeyVariable))?.Trim();
        options.Validate(hasKey: !string.IsNullOrEmpty(key));
        _options = options;
        _time = time ?? TimeProvider.System;
        _failure = new BillCallFailure(options, key, _time);
        _client = new ChatClient(options.Model, new ApiKeyCredential(string.IsNullOrEmpty(key) ? "none" : key), new OpenAIClientOptions
        {
            Endpoint = options.Endpoint,
            Transport = Transport.Value,

            // The engine retries, and knows the page's deadline and the server's wishes; a second layer below would multiply the attempts.
            RetryPolicy = new ClientRetryPolicy(0),

            // Each call has a timeout of its own.
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        });
        var dialect = options.EffectiveDialect;
        _format = ChatResponseFormat.CreateJsonSchemaFormat(BillSchema.Name, BillSchema.For(dialect), jsonSchemaIsStrict: dialect == BillSchemaDialect.OpenAI ? true : null);
    }

    /// <summary>Shows a page to the model, once.</summary>
    /// <param name="page">The page; counts the call and what it costs, however it ends.</param>
    /// <param name="lease">The attempt on whose behalf it is; takes one of its throttle's limit "requests" and the estimated tokens of "tokens", where it has them. Null takes none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The page, with the usage of all its attempts so far.</returns>
    /// <exception cref="BillAnswerException">The answer is broken, cut off or refused.</exception>
    /// <exception cref="BillCallException">The service refused the call, or the connection broke.</exception>
    /// <exception cref="TimeoutException">No whole answer came in time.</exception>
    public async Task<BillPage> ReadAsync(BillPageRequest page, Lease? lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (lease is not null)
        {
            await AcquireAsync(lease, RequestLimit, 1).ConfigureAwait(false);
            await AcquireAsync(lease, TokenLimit, page.EstimateTokens(_options.Detail)).ConfigureAwait(false);
        }

        var answer = await AskAsync(page, cancellationToken).ConfigureAwait(false);
        return BillPageParser.Parse(answer, page.PageNumber) with { Usage = page.Usage };
    }

    private static async ValueTask AcquireAsync(Lease lease, string name, double weight)
    {
        if (lease.Run.Throttle.CallLimit(name) is { } rate)
        {
            // A page that is larger than the limit of a whole minute takes all of it.
            await lease.AcquireAsync(name, Math.Min(weight, rate.Permits)).ConfigureAwait(false);
        }
    }

    private async Task<string> AskAsync(BillPageRequest page, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        page.CountCall();
        try
        {
            var options = new ChatCompletionOptions { ResponseFormat = _format, MaxOutputTokenCount = _options.MaxOutputTokens };
            var completion = await _client.CompleteChatAsync(Messages(page), options, either.Token).ConfigureAwait(false);
            return Answer(completion.Value, page);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception failure) when (timeout.IsCancellationRequested && failure is not BillAnswerException)
        {
            throw new TimeoutException($"{_options.Endpoint.Authority} did not answer within {_options.Timeout.TotalSeconds:0.###} s about {page.Describe()}.", failure);
        }
        catch (Exception failure) when (failure is not BillAnswerException)
        {
            throw _failure.Explain(failure);
        }
    }

    private ChatMessage[] Messages(BillPageRequest page)
    {
        var parts = new List<ChatMessageContentPart> { ChatMessageContentPart.CreateTextPart(BillPrompt.Of(page.Text, !page.Jpeg.IsEmpty)) };
        if (!page.Jpeg.IsEmpty)
        {
            parts.Add(ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(page.Jpeg), "image/jpeg", _options.Detail switch
            {
                BillImageDetail.Low => ChatImageDetailLevel.Low,
                BillImageDetail.High => ChatImageDetailLevel.High,
                _ => ChatImageDetailLevel.Auto,
            }));
        }

        return [new SystemChatMessage(BillPrompt.Rules), new UserChatMessage(parts)];
    }

    /// <summary>The answer's text. How it ended is looked at before what it says, and what it has cost before both.</summary>
    private string Answer(ChatCompletion completion, BillPageRequest page)
    {
        if (completion.Usage is { } usage)
        {
            page.CountUsage(new BillTokenUsage(usage.InputTokenCount, usage.OutputTokenCount));
        }

        if (completion.FinishReason == ChatFinishReason.Length)
        {
            throw new BillAnswerException($"The model's answer was cut off after {completion.Usage?.OutputTokenCount ?? _options.MaxOutputTokens} tokens: it writes without end, or the page needs more than the {_options.MaxOutputTokens} tokens that are allowed.");
        }

        if (completion.Refusal is { Length: > 0 } refusal)
        {
            throw new BillAnswerException($"The model refused to read the page: {_failure.Clean(refusal)}");
        }

        if (completion.FinishReason == ChatFinishReason.ContentFilter)
        {
            throw new BillAnswerException("The service's content filter held the answer back.");
        }

        var text = string.Concat(completion.Content.Where(static part => part.Kind == ChatMessageContentPartKind.Text).Select(static part => part.Text));
        return text.Length > 0 ? text : throw new BillAnswerException("The model's answer is empty.");
    }

    private static HttpClientPipelineTransport OpenTransport()
    {
        var sockets = new SocketsHttpHandler
        {
            // A key goes to the address that was given and to no other.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,

            // A pool that lives as long as the process must notice that a name has moved.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        };
        return new HttpClientPipelineTransport(new HttpClient(new AnswerLimit(sockets)) { Timeout = Timeout.InfiniteTimeSpan });
    }
}
