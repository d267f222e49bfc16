using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.Slides;
using BatchOps.Slides.Google;

namespace BatchOps.PowerShell.Decks;

/// <summary>Presentations of Google Slides: copies of a template, or in place.</summary>
internal sealed class GoogleDecks : DeckOperation
{
    private readonly GoogleDeckOptions _google;
    private readonly GoogleConnection _connection;
    private readonly GoogleRun _target;
    private readonly CancellationTokenSource _ended = new();

    // Decks that were begun: what is left of them at the end is deleted.
    private readonly ConcurrentDictionary<GoogleDeck, bool> _begun = new();
    private readonly ConcurrentBag<Task> _tidying = [];
    private Task _sweep = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>Makes ready; nothing is sent before the first deck.</summary>
    /// <param name="options">What all decks have in common.</param>
    /// <param name="google">Which presentations, and how they are reached.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public GoogleDecks(DeckOptions options, GoogleDeckOptions google)
        : base(options)
    {
        _google = google;
        _connection = new GoogleConnection(google.Credentials, google.Connection);
        _target = new GoogleRun(_connection, Guid.NewGuid(), google.Target, google.Uploads);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, RateLimit> CallRates => _google.CallRates;

    /// <inheritdoc/>
    public override string Hash() => Hash("google", _google.TemplateId, _google.PresentationId, _google.Title, _google.FolderId);

    /// <inheritdoc/>
    public override BatchExecutor Attach(ItemRun run)
    {
        if (!_google.Uploads.KeepUploads)
        {
            // Beside the run: what an earlier one left must not hold this one up, nor fail it.
            _sweep = Task.Run(() => _target.SweepAsync(_ended.Token));
        }

        return base.Attach(run);
    }

    /// <inheritdoc/>
    public override string Describe(DeckItem item)
    {
        var template = _target.Target.ReadAsync(((GoogleItem)item).SourceId, Options.Planner.Syntax, DeckCalls.Unattended(_ended.Token)).GetAwaiter().GetResult();
        return DeckPreview.Write(template.Preview(item.Plan), item.Plan);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PSObject> OutputOf(EngineResult result)
    {
        if (result.Status is ItemStatus.Failed or ItemStatus.TimedOut && (result.Input as GoogleItem)?.Deck is { } deck)
        {
            Tidy(deck);
        }

        return base.OutputOf(result);
    }

    /// <inheritdoc/>
    public override string? End(TimeSpan patience)
    {
        if (_isDisposed)
        {
            return null;
        }

        _isDisposed = true;
        var ending = Task.Run(EndAsync);
        if (!ending.Wait(patience))
        {
            _ended.Cancel();
        }

        _ = base.End(patience);
        var left = _target.NotDeleted;
        return left.Count > 0 || !ending.IsCompleted
            ? $"Temporary uploads could not all be deleted in time and are public still{(left.Count > 0 ? ": " + string.Join(", ", left) : string.Empty)}. The next run deletes them."
            : null;
    }

    /// <inheritdoc/>
    protected override DeckItem Prepare(PSObject? record, DeckPlan plan, object? key) =>
        _google.PresentationId is { } presentation
            ? new GoogleItem(record, plan, Expand(plan, presentation), name: null)
            : new GoogleItem(record, plan, Expand(plan, _google.TemplateId!), Expand(plan, _google.Title).ReplaceLineEndings(" ").Trim());

    /// <inheritdoc/>
    protected override async Task<DeckResult> FillAsync(DeckItem item, ItemLease lease, IProgress<DeckPhase> progress)
    {
        var google = (GoogleItem)item;
        var deck = google.Deck ??= Begin(google, lease);
        deck.Progressed = lease.Checkpoint;
        try
        {
            var result = await _target.Target.FillAsync(deck, new DeckCalls(lease, lease.CancellationToken), progress).ConfigureAwait(false);
            _begun.TryRemove(deck, out _);
            return result;
        }
        catch (DeckException)
        {
            // Final, and nothing is left of it.
            _begun.TryRemove(deck, out _);
            throw;
        }
    }

    private GoogleDeck Begin(GoogleItem item, ItemLease lease)
    {
        // The same item of the same batch has the same copy, over attempts and resumed runs; begun anew it gets a new one.
        var stamp = lease.Run.Generation > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{lease.Run.Generation}-{lease.Identity}")
            : string.Create(CultureInfo.InvariantCulture, $"{lease.Run.Id:N}-{lease.Index}");
        var deck = item.SerializeKey is not null
            ? GoogleDeck.InPlace(item.Plan, item.SourceId)
            : GoogleDeck.Copy(item.Plan, item.SourceId, _google.Title, stamp, _google.FolderId, lease.Run.Options.Journal?.Resume == true);
        _begun.TryAdd(deck, true);
        return deck;
    }

    private void Tidy(GoogleDeck deck)
    {
        if (_begun.TryRemove(deck, out _))
        {
            _tidying.Add(Task.Run(() => _target.Target.DiscardAsync(deck, DeckCalls.Unattended(_ended.Token))));
        }
    }

    private async Task EndAsync()
    {
        foreach (var deck in _begun.Keys)
        {
            Tidy(deck);
        }

        try
        {
            await Task.WhenAll(_tidying.Append(_sweep)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or TimeoutException or OperationCanceledException or IOException)
        {
            // Of no use to the run that is over: the next one's sweep tries again.
        }

        await _target.DisposeAsync().ConfigureAwait(false);
        _connection.Dispose();
    }

    private sealed class GoogleItem(PSObject? record, DeckPlan plan, string sourceId, string? name) : DeckItem(record, plan, name ?? sourceId)
    {
        public string SourceId { get; } = sourceId;

        /// <summary>The state of the deck over its attempts; made by the first.</summary>
        public GoogleDeck? Deck { get; set; }

        /// <summary>A presentation that is filled in place is filled by one record at a time.</summary>
        public override object? SerializeKey => name is null ? SourceId : null;
    }
}
