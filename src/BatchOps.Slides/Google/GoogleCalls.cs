using BatchOps.Slides.Google.Http;
using Google.Apis.Drive.v3;
using Google.Apis.Requests;
using Google.Apis.Slides.v1;
using Google.Apis.Upload;

namespace BatchOps.Slides.Google;

/// <summary>The only way to Google: takes the tokens of the limits, bounds the time, and says clearly what went wrong. Does not retry.</summary>
/// <param name="connection">The services.</param>
/// <param name="time">The clock; the system's by default.</param>
internal sealed class GoogleCalls(GoogleConnection connection, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public SlidesService Slides => connection.Slides;

    public DriveService Drive => connection.Drive;

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
        return await SendAsync(deck, (_, token) => request.ExecuteAsync(token)).ConfigureAwait(false);
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
        var allowed = connection.Options.Timeout;
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
            throw CallFailure.Explain(failure, exchange, connection.Credentials.Account, _time.GetUtcNow());
        }
    }
}
