using BatchOps.Engine;
using BatchOps.Slides.Google.Http;
using Google.Apis.Drive.v3;
using Google.Apis.Requests;
using Google.Apis.Slides.v1;
using Google.Apis.Upload;
using Polly;
using Polly.Retry;

namespace BatchOps.Slides.Google;

/// <summary>The only way to Google: takes the tokens of the limits, bounds the time, and says clearly what went wrong.</summary>
/// <remarks>A call of an item fails at its first failure: the engine retries the item. An unattended one, such as a deletion at the end, is repeated here.</remarks>
internal sealed class GoogleCalls
{
    // A service in trouble is left alone after some seconds: what is not deleted now is by the next run.
    private const int Repeats = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly GoogleConnection _connection;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _repeating;

    /// <summary>Makes ready; nothing is sent yet.</summary>
    /// <param name="connection">The services.</param>
    /// <param name="time">The clock; the system's by default.</param>
    public GoogleCalls(GoogleConnection connection, TimeProvider? time = null)
    {
        _connection = connection;
        _time = time ?? TimeProvider.System;
        _repeating = new ResiliencePipelineBuilder { TimeProvider = _time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = Repeats,
            Delay = FirstPause,
            MaxDelay = LongestPause,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = static args => new(args.Outcome.Exception is { } failure && OutcomeClassifier.Classify(failure).Class is OutcomeClass.Transient or OutcomeClass.Throttled),
        }).Build();
    }

    public SlidesService Slides => _connection.Slides;

    public DriveService Drive => _connection.Drive;

    public TimeProvider Time => _time;

    /// <summary>Sends a call.</summary>
    /// <param name="request">The call, made by <see cref="Slides"/> or <see cref="Drive"/>.</param>
    /// <param name="limit">What it counts against.</param>
    /// <param name="deck">On whose behalf it is sent.</param>
    /// <exception cref="GoogleCallException">Google refused it, or the connection broke.</exception>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public async Task<T> ExecuteAsync<T>(ClientServiceRequest<T> request, GoogleLimit limit, DeckCalls deck)
    {
        await deck.AcquireAsync(limit).ConfigureAwait(false);
        return deck.IsUnattended
            ? await _repeating.ExecuteAsync(async _ => await SendAsync(deck, (_, token) => request.ExecuteAsync(token)).ConfigureAwait(false), deck.CancellationToken).ConfigureAwait(false)
            : await SendAsync(deck, (_, token) => request.ExecuteAsync(token)).ConfigureAwait(false);
    }

    /// <summary>Sends a file's content piece by piece.</summary>
    /// <exception cref="GoogleCallException">Google refused it, or the connection broke.</exception>
    /// <exception cref="TimeoutException">A piece got no answer in time.</exception>
    public async Task<TResponse> UploadAsync<TRequest, TResponse>(ResumableUpload<TRequest, TResponse> upload, GoogleLimit limit, DeckCalls deck)
    {
        // One call opens the upload, and one sends each piece.
        await deck.AcquireAsync(limit, 1 + (int)Math.Max(1, (upload.ContentStream.Length + upload.ChunkSize - 1) / upload.ChunkSize)).ConfigureAwait(false);
        return await SendAsync(deck, async (restart, token) =>
        {
            upload.ProgressChanged += _ => restart();
            var progress = await upload.UploadAsync(token).ConfigureAwait(false);
            progress.ThrowOnFailure();
            return upload.ResponseBody;
        }).ConfigureAwait(false);
    }

    private async Task<T> SendAsync<T>(DeckCalls deck, Func<Action, CancellationToken, Task<T>> send)
    {
        deck.CancellationToken.ThrowIfCancellationRequested();
        var allowed = _connection.Options.Timeout;
        using var timeout = new CancellationTokenSource(allowed, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, deck.CancellationToken);
        var exchange = new CallExchange(deck);
        CallExchange.Current = exchange;
        try
        {
            return await send(() => timeout.CancelAfter(allowed), either.Token).ConfigureAwait(false);
        }
        catch (Exception) when (deck.CancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(deck.CancellationToken);
        }
        catch (Exception failure) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException($"{exchange.Address?.Authority ?? "Google"} did not answer within {allowed.TotalSeconds:0.###} s.", failure);
        }
        catch (Exception failure)
        {
            throw CallFailure.Explain(failure, exchange, _connection.Credentials.Account, _time.GetUtcNow());
        }
    }
}
