using BatchOps.Slides.Google.Presentations;

namespace BatchOps.Slides.Google;

/// <summary>Carries out deck plans on Google presentations, for one run. Safe for many threads.</summary>
/// <remarks>
/// A failure that may pass (<see cref="GoogleCallException"/> of a server in trouble or a limit, <see cref="TimeoutException"/>,
/// an attempt that was cut short) leaves the deck as far as it came: fill it again with the same <see cref="GoogleDeck"/>, or
/// give it up with <see cref="DiscardAsync"/>. A <see cref="DeckException"/> is final, and tidies up itself.
/// </remarks>
public sealed class GoogleTarget
{
    private readonly GoogleCalls _google;
    private readonly DriveFiles _files;
    private readonly ImageUploads _uploads;
    private readonly GoogleTargetOptions _options;
    private readonly TemplateCache _templates = new();

    internal GoogleTarget(GoogleCalls google, DriveFiles files, ImageUploads uploads, GoogleTargetOptions? options = null)
    {
        _google = google;
        _files = files;
        _uploads = uploads;
        _options = options ?? new GoogleTargetOptions();
        _options.Validate();
    }

    /// <summary>
    /// Fills a deck: copies its template unless it is filled in place, sends the changes, reads the outcome back. By default all
    /// changes go in one batch, whose time the phases of pictures, text and notes share by their number of requests.
    /// </summary>
    /// <param name="deck">The deck, the same for all attempts at it.</param>
    /// <param name="calls">The attempt's calls.</param>
    /// <param name="progress">Told of each step as it ends, with what it took so far; a step may end several times.</param>
    /// <exception cref="DeckException">The deck can't be made. Of a copy nothing is left; a presentation that is filled in place keeps what was written.</exception>
    /// <exception cref="GoogleCallException">A call failed that may succeed later.</exception>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public Task<DeckResult> FillAsync(GoogleDeck deck, DeckCalls calls, IProgress<DeckPhase>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(deck);
        ArgumentNullException.ThrowIfNull(calls);
        return new PresentationFilling(_google, _files, _uploads, _templates, _options, deck, calls, progress).MakeAsync();
    }

    /// <summary>Deletes the copy and the pictures of a deck that will not be tried again.</summary>
    /// <param name="deck">The deck.</param>
    /// <param name="calls">The calls; not those of an attempt that was cut short.</param>
    public Task DiscardAsync(GoogleDeck deck, DeckCalls calls)
    {
        ArgumentNullException.ThrowIfNull(deck);
        ArgumentNullException.ThrowIfNull(calls);
        return PresentationFilling.DiscardAsync(deck, _files, _uploads, calls);
    }

    /// <summary>Reads a presentation, once per run; decks that are made of it use the same reading.</summary>
    /// <param name="presentationId">The presentation.</param>
    /// <param name="syntax">How tokens look.</param>
    /// <param name="calls">The calls.</param>
    /// <exception cref="DeckException">It is not there, or can't be read.</exception>
    /// <exception cref="GoogleCallException">The call failed but may succeed later.</exception>
    public async Task<PresentationTemplate> ReadAsync(string presentationId, TokenSyntax syntax, DeckCalls calls)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(presentationId);
        ArgumentNullException.ThrowIfNull(syntax);
        ArgumentNullException.ThrowIfNull(calls);
        try
        {
            return await _templates.GetAsync(presentationId, syntax, () => PresentationReader.ReadAsync(_google, presentationId, syntax, calls), calls.CancellationToken).ConfigureAwait(false);
        }
        catch (GoogleCallException failure) when (CallFault.Of(failure) is not null)
        {
            throw await CallFault.ExplainAsync(failure, presentationId, _files, calls).ConfigureAwait(false);
        }
    }
}
