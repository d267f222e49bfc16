using System.Net;
using BatchOps.Engine;
using Google.Apis.Slides.v1.Data;

namespace BatchOps.Slides.Google.Presentations;

/// <summary>One attempt at a deck: goes on where the attempt before it ended.</summary>
internal sealed class PresentationFilling(GoogleCalls google, DriveFiles files, ImageUploads uploads, TemplateCache templates, GoogleTargetOptions options, GoogleDeck deck, DeckCalls calls, IProgress<DeckPhase>? progress)
{
    private const int MostConflicts = 3;
    private const int UploadsAtOnce = 4;

    // What a service needs to finish a copy that was asked for before the one who asked went away.
    private static readonly TimeSpan CopyOnItsWay = TimeSpan.FromSeconds(1);

    private readonly DeckPlan _plan = deck.Plan;
    private readonly TimeProvider _time = google.Time;
    private Task? _copying;

    public async Task<DeckResult> MakeAsync()
    {
        if (deck.Phases.TryAdd(DeckStep.Data, (_plan.Phase.Duration, _plan.Phase.Count)))
        {
            progress?.Report(_plan.Phase);
        }

        if (deck.Attempts++ > 0)
        {
            calls.CountRetry();
        }

        try
        {
            return deck.IsCopy ? await MakeCopyAsync().ConfigureAwait(false) : await FillInPlaceAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is DeckException || CallFault.Of(failure) is not null)
        {
            // It is final: what this deck alone has used goes.
            await DiscardAsync(deck, files, uploads, calls).ConfigureAwait(false);
            if (failure is DeckException)
            {
                throw;
            }

            throw await CallFault.ExplainAsync(failure, deck.Layout is null ? deck.SourceId : null, files, calls).ConfigureAwait(false);
        }
        finally
        {
            deck.CallsBefore += calls.Calls;
            deck.RetriesBefore += calls.Retries;
        }
    }

    private async Task<DeckResult> MakeCopyAsync()
    {
        if (deck.Layout is null)
        {
            // Until a run's first deck has read the template, what decks need whatever is in it goes ahead: copies, and pictures that all share.
            var ahead = templates.Holds(deck.SourceId, _plan.Syntax) ? Task.CompletedTask : Task.WhenAll(CopyAsync(), UploadAsync(SharedImages()));

            // The first deck reads its own copy, which is as the template is, and spares a call.
            var reading = templates.GetAsync(deck.SourceId, _plan.Syntax, deck.MayExist ? () => ReadAsync(deck.SourceId) : ReadOwnCopyAsync, calls.CancellationToken);
            await Task.WhenAll(reading, ahead).ConfigureAwait(false);
            Begin(await reading.ConfigureAwait(false));
        }

        await UploadAsync(deck.Images.Missing).ConfigureAwait(false);
        await CopyAsync().ConfigureAwait(false);
        using var turn = await PresentationLocks.AcquireAsync(deck.PresentationId!, calls.CancellationToken).ConfigureAwait(false);
        if (deck.Revision is null && deck.MayExist)
        {
            // The copy of a run that was cut short: some of it may be filled.
            Plan(await ReadAsync(deck.PresentationId!).ConfigureAwait(false));
        }

        return await WriteAndValidateAsync().ConfigureAwait(false);
    }

    private async Task<DeckResult> FillInPlaceAsync()
    {
        using var turn = await PresentationLocks.AcquireAsync(deck.PresentationId!, calls.CancellationToken).ConfigureAwait(false);
        if (deck.Layout is null)
        {
            var reading = await ReadAsync(deck.PresentationId!).ConfigureAwait(false);
            Begin(reading);
            deck.Revision = reading.RevisionId;
        }

        await UploadAsync(deck.Images.Missing).ConfigureAwait(false);
        return await WriteAndValidateAsync().ConfigureAwait(false);
    }

    private async Task<PresentationTemplate> ReadOwnCopyAsync()
    {
        await CopyAsync().ConfigureAwait(false);
        var reading = await ReadAsync(deck.PresentationId!).ConfigureAwait(false);
        deck.Revision = reading.RevisionId;
        return reading;
    }

    /// <summary>Decides what the deck will be, and fails before anything is written when it is known to stay unfinished.</summary>
    private void Begin(PresentationTemplate reading)
    {
        var layout = DeckLayout.Of(reading, _plan, options.SlideLimit, deck.SourceId);
        deck.Layout = layout;
        var left = Plan(reading);
        if (left.Count > 0 && !options.AllowUnresolved)
        {
            var tokens = left.Select(one => new UnresolvedToken(one.Literal, one.Page.Template is null ? null : layout.Pages.IndexOf(one.Page) + 1, one.Shape, one.Page.Part, one.Problem)).ToList();
            deck.Layout = null;
            throw Unresolved(tokens, Result(reading, tokens), "nothing was written");
        }
    }

    private List<(DeckPage Page, string Literal, string? Shape, string Problem)> Plan(PresentationTemplate reading)
    {
        if (reading.Id == deck.PresentationId)
        {
            deck.Revision = reading.RevisionId;
        }

        var writes = new DeckWrites(reading, deck.Layout!, _plan, deck.Images);
        deck.Batches.Clear();
        deck.Writes = writes.Make();
        return writes.Left;
    }

    private Task CopyAsync() => deck.PresentationId is not null ? Task.CompletedTask : _copying ??= CopyOnceAsync();

    private async Task CopyOnceAsync()
    {

        var started = _time.GetTimestamp();
        var lookFirst = deck.MayExist || deck.IsCopyUnanswered;
        var mightBeThere = deck.IsCopyUnanswered;
        deck.IsCopyUnanswered = true;
        try
        {
            deck.PresentationId = await files.CopyAsync(deck.SourceId, deck.Name!, deck.FolderId, deck.Stamp, lookFirst, calls).ConfigureAwait(false);
        }
        catch (Exception failure) when (!GoogleCallException.MayHaveBeenApplied(failure))
        {
            deck.IsCopyUnanswered = mightBeThere;
            throw;
        }

        Moved();
        Count(DeckStep.TemplateCopy, _time.GetElapsedTime(started), 0);
    }

    private List<(string Source, bool OfOneDeck)> SharedImages() =>
        _plan.Images.Values.Select(static image => image.Source).Distinct(StringComparer.Ordinal).Where(source => _plan.Syntax.Find(source).Count == 0).Select(static source => (source, false)).ToList();

    private async Task UploadAsync(List<(string Source, bool OfOneDeck)> images)
    {
        if (images.Count == 0)
        {
            return;
        }

        var started = _time.GetTimestamp();
        try
        {
            await Parallel.ForEachAsync(images, new ParallelOptions { MaxDegreeOfParallelism = UploadsAtOnce, CancellationToken = calls.CancellationToken }, async (image, _) =>
            {
                deck.Images.Found(image.Source, await uploads.GetUrlAsync(image.Source, image.OfOneDeck ? deck : null, calls).ConfigureAwait(false));
                Moved();
            }).ConfigureAwait(false);
        }
        finally
        {
            Count(DeckStep.ImageUpload, _time.GetElapsedTime(started), images.Count(image => deck.Images.Has(image.Source)));
        }
    }

    private async Task<DeckResult> WriteAndValidateAsync()
    {
        while (true)
        {
            await CutAsync().ConfigureAwait(false);
            while (deck.Batches.Count > 0)
            {
                await WriteAsync(deck.Batches[0]).ConfigureAwait(false);
                await CutAsync().ConfigureAwait(false);
            }

            var started = _time.GetTimestamp();
            var reading = await ReadAsync(deck.PresentationId!).ConfigureAwait(false);
            Count(DeckStep.Validation, _time.GetElapsedTime(started), reading.SlideCount);
            if (deck.Layout!.HasLateNotes)
            {
                Plan(reading);
                continue;
            }

            var left = LeftIn(reading);
            var result = Result(reading, left);
            if (left.Count > 0 && !options.AllowUnresolved)
            {
                throw Unresolved(left, result, deck.IsCopy ? "the copy was deleted" : "the presentation keeps what was filled");
            }

            await uploads.ReleaseAsync(deck, calls).ConfigureAwait(false);
            return result;
        }
    }

    /// <summary>Makes batches of changes that were planned anew; what others have added may need pictures, too.</summary>
    private async Task CutAsync()
    {
        if (deck.Writes is { } writes)
        {
            await UploadAsync(deck.Images.Missing).ConfigureAwait(false);
            deck.Batches.AddRange(SlideBatches.Of(writes, deck.Layout!, options, deck.IsIsolated));
            deck.Writes = null;
        }
    }

    /// <summary>
    /// Sends a batch for the revision that it was written for, so that it applies once at most however often it is sent. When
    /// it is refused, a reading tells whether it was applied before, or what to send now.
    /// </summary>
    private async Task WriteAsync(IReadOnlyList<SlideWrite> batch)
    {
        deck.Revision ??= await ReadRevisionAsync().ConfigureAwait(false);
        if (deck.IsWritten && options.SlideDelay > TimeSpan.Zero && !deck.IsBatchUnanswered)
        {
            await Task.Delay(options.SlideDelay, _time, calls.CancellationToken).ConfigureAwait(false);
        }

        var requests = batch.Select(write => write.Requests.ToList()).ToList();
        var body = new BatchUpdatePresentationRequest
        {
            Requests = requests.SelectMany(own => own).ToList(),
            WriteControl = new WriteControl { RequiredRevisionId = deck.Revision },
        };
        var wasUnanswered = deck.IsBatchUnanswered;
        var started = _time.GetTimestamp();
        BatchUpdatePresentationResponse reply;
        try
        {
            deck.IsBatchUnanswered = true;
            reply = await google.ExecuteAsync(google.Slides.Presentations.BatchUpdate(body, deck.PresentationId!), GoogleLimit.SlidesWrites, calls).ConfigureAwait(false);
        }
        catch (Exception failure) when (!GoogleCallException.MayHaveBeenApplied(failure))
        {
            deck.IsBatchUnanswered = wasUnanswered;
            if (failure is not GoogleCallException { StatusCode: HttpStatusCode.BadRequest } refusal)
            {
                throw;
            }

            await RefusedAsync(batch, requests, refusal).ConfigureAwait(false);
            return;
        }

        deck.IsBatchUnanswered = false;
        deck.Revision = reply.WriteControl?.RequiredRevisionId;
        deck.Batches.RemoveAt(0);
        Applied(batch, requests.ConvertAll(own => own.Count), reply.Replies, _time.GetElapsedTime(started));
    }

    private async Task RefusedAsync(IReadOnlyList<SlideWrite> batch, List<List<Request>> requests, GoogleCallException refusal)
    {
        if (deck.IsBatchUnanswered || refusal.FailedRequest is null)
        {
            var reading = await ReadAsync(deck.PresentationId!).ConfigureAwait(false);
            if (reading.RevisionId != deck.Revision)
            {
                Rebuild(batch, reading, refusal);
                return;
            }

            // Nobody wrote, so the batch sent before was not applied either.
            deck.IsBatchUnanswered = false;
        }

        calls.CountRetry();
        Isolate(batch, requests, refusal);
    }

    private void Rebuild(IReadOnlyList<SlideWrite> batch, PresentationTemplate reading, GoogleCallException refusal)
    {
        if (++deck.Conflicts > MostConflicts)
        {
            throw new DeckException(DeckFault.Conflict, $"Others kept writing to the presentation '{reading.Title}' ({deck.PresentationId}) while it was filled; {(deck.IsWritten ? "a part of it is filled" : "nothing was written")}. Try again when nobody edits it.", refusal);
        }

        var before = deck.Batches.Sum(Amount);
        var wasUnanswered = deck.IsBatchUnanswered;
        deck.IsBatchUnanswered = false;
        if (!deck.IsWritten && !wasUnanswered)
        {
            // Nothing of this deck is in it yet, so what others made of it is what is to be filled.
            calls.CountRetry();
            Begin(reading);
            deck.Revision = reading.RevisionId;
            return;
        }

        Plan(reading);
        if (wasUnanswered && Amount(deck.Writes!) <= before - Amount(batch))
        {
            Applied(batch, [], null, TimeSpan.Zero);
            return;
        }

        calls.CountRetry();
    }

    private static int Amount(IEnumerable<SlideWrite> writes) => writes.Sum(write => Math.Max(1, write.Count));

    /// <summary>
    /// Goes around a request that Google refuses. A picture that it can't fetch is left out everywhere; the rest goes slide by
    /// slide, and what is refused again costs its own slide only. An upload gets more than one chance: what was made public a
    /// moment ago is not public everywhere yet.
    /// </summary>
    private void Isolate(IReadOnlyList<SlideWrite> batch, List<List<Request>> requests, GoogleCallException refusal)
    {
        var culprit = refusal.FailedRequest is { } index ? CulpritOf(batch, requests, index) : null;
        if (culprit is null && batch.Count == 1)
        {
            culprit = batch[0];
        }

        if (culprit is { IsStructure: true } || (batch.Count > 0 && batch.All(write => write.IsStructure)))
        {
            throw new DeckException(DeckFault.Refused, $"Google refused to change the slides of the presentation {deck.PresentationId}: {refusal.Message}", refusal);
        }

        if (culprit is { Image: { } upload } && deck.Images.MayBeTooFresh(upload))
        {
            refusal.Data[OutcomeClassifier.ClassKey] = OutcomeClass.Transient;
            throw refusal;
        }

        var rest = deck.Batches.SelectMany(one => one).ToList();
        if (culprit is { Image: { } image })
        {
            deck.Images.Refuse(image, $"Google can't place the image '{image}': {refusal.Message}");
            foreach (var write in rest.Where(write => write.Image == image))
            {
                Blame(write, $"Google can't place the image '{image}': {refusal.Message}");
            }

            rest.RemoveAll(write => write.Image == image);
        }
        else if (culprit is not null && culprit.Targets.Select(target => target.Page).Distinct().Count() == 1)
        {
            Blame(culprit, $"Google refused a change: {refusal.Message}");
            rest.Remove(culprit);
        }
        else if (culprit is null && deck.IsIsolated)
        {
            // Of a slide's changes none is named: it stays as it is, and the others go on.
            foreach (var write in batch)
            {
                Blame(write, $"Google refused the changes of the slide: {refusal.Message}");
                rest.Remove(write);
            }
        }

        deck.IsIsolated = true;
        deck.Batches.Clear();
        deck.Batches.AddRange(SlideBatches.Of(rest, deck.Layout!, options, isIsolated: true));
    }

    private static SlideWrite? CulpritOf(IReadOnlyList<SlideWrite> batch, List<List<Request>> requests, int index)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            index -= requests[i].Count;
            if (index < 0)
            {
                return batch[i];
            }
        }

        return null;
    }

    private static void Blame(SlideWrite write, string problem)
    {
        foreach (var page in write.Targets.Select(target => target.Page))
        {
            page.Error ??= problem;
            if (write.Literal is not null)
            {
                page.Reasons[write.Literal] = problem;
            }
        }
    }

    /// <summary>Notes what a batch did, from its replies, or as it was meant when they were lost.</summary>
    private void Applied(IReadOnlyList<SlideWrite> batch, List<int> sizes, IList<Response>? replies, TimeSpan duration)
    {
        deck.IsWritten = true;
        var at = 0;
        var counts = new Dictionary<DeckStep, int>();
        for (var i = 0; i < batch.Count; i++)
        {
            var write = batch[i];
            var expected = write.Count;
            var replaced = expected;
            if (replies is not null)
            {
                var own = replies.Skip(at).Take(sizes[i]).ToList();
                at += sizes[i];
                if (write.Literal is not null && own.Count == 1)
                {
                    replaced = write.Image is null ? own[0]?.ReplaceAllText?.OccurrencesChanged ?? 0 : own[0]?.ReplaceAllShapesWithImage?.OccurrencesChanged ?? 0;
                }
            }

            counts[write.Step] = counts.GetValueOrDefault(write.Step) + replaced;
            foreach (var (page, _, count) in write.Targets)
            {
                var share = Math.Min(count, replaced);
                replaced -= share;
                switch (write.Step)
                {
                    case DeckStep.Images:
                        page.ImagesReplaced += share;
                        break;
                    case DeckStep.Text:
                        page.TextReplaced += share;
                        break;
                    case DeckStep.Notes:
                        page.NotesReplaced = Math.Max(page.NotesReplaced, share);
                        break;
                }
            }
        }

        // Steps that share a batch share its time by how many requests each put into it.
        var all = Math.Max(1, sizes.Sum());
        foreach (var step in batch.Select(write => write.Step).Distinct().Order())
        {
            var size = sizes.Count == 0 ? 0 : batch.Select((write, i) => write.Step == step ? sizes[i] : 0).Sum();
            Count(step, duration * ((double)size / all), step == DeckStep.TemplateCopy ? 0 : counts[step]);
        }

        Moved();
    }

    private List<UnresolvedToken> LeftIn(PresentationTemplate reading)
    {
        var layout = deck.Layout!;
        var pages = layout.Pages.ToDictionary(page => page.Id, StringComparer.Ordinal);
        var left = new List<UnresolvedToken>();
        foreach (var slide in reading.Slides)
        {
            var page = pages.GetValueOrDefault(slide.Page.Id);
            Look(slide.Page, page, slide.Number, []);
            if (slide.Notes is not null)
            {
                Look(slide.Notes, page, slide.Number, page?.IntroducedInNotes ?? []);
            }
        }

        foreach (var other in reading.Others)
        {
            Look(other, pages.GetValueOrDefault(other.Id), null, []);
        }

        return left;

        void Look(ReadPage read, DeckPage? page, int? slide, List<string> fromValues)
        {
            var introduced = read.Places.SelectMany(place => layout.Filled.TryGetValue(place.Key, out var filled) ? filled.Introduced : []).Concat(fromValues).ToList();
            foreach (var (literal, _, shape, problem) in read.Tokens(_plan.Syntax))
            {
                if (!introduced.Remove(literal))
                {
                    left.Add(new UnresolvedToken(literal, slide, shape, read.Part, problem ?? page?.Reasons.GetValueOrDefault(literal) ?? page?.Error ?? (page is null ? "someone else added it while the deck was filled" : "nothing filled it")));
                }
            }
        }
    }

    private DeckResult Result(PresentationTemplate reading, List<UnresolvedToken> left)
    {
        var numbers = reading.Slides.ToDictionary(slide => slide.Page.Id, slide => slide.Number, StringComparer.Ordinal);
        var pages = deck.Layout?.Pages ?? [];
        var slides = pages.Count(page => page.Template is not null);
        return new DeckResult
        {
            PresentationId = deck.PresentationId,
            Url = deck.PresentationId is null ? null : $"https://docs.google.com/presentation/d/{deck.PresentationId}/edit",
            TextReplaced = pages.Sum(page => page.TextReplaced),
            ImagesReplaced = pages.Sum(page => page.ImagesReplaced),
            NotesReplaced = pages.Sum(page => page.NotesReplaced),
            Unresolved = left,
            Slides = pages.Where(page => page.Template is not null).Select((page, i) =>
            {
                var number = numbers.GetValueOrDefault(page.Id, i + 1);
                return new SlideResult(number, page.Template!.Number, page.TextReplaced, page.ImagesReplaced, page.NotesReplaced, left.Where(token => token.Slide == number).ToList(), page.Error);
            }).ToList(),
            Phases = deck.Phases.OrderBy(phase => phase.Key).Select(phase => new DeckPhase(phase.Key, phase.Value.Duration, phase.Key == DeckStep.TemplateCopy ? slides : phase.Value.Count)).ToList(),
            Calls = deck.CallsBefore + calls.Calls,
            Retries = deck.RetriesBefore + calls.Retries,
        };
    }

    private DeckException Unresolved(List<UnresolvedToken> left, DeckResult result, string outcome)
    {
        var shown = string.Join("; ", left.Take(5).Select(token => token.ToString()));
        return new DeckException(
            DeckFault.Unresolved,
            $"{left.Count} token{(left.Count == 1 ? " is" : "s are")} left in the deck made of '{deck.SourceId}', {outcome}: {shown}{(left.Count > 5 ? "; ..." : ".")}") { Result = deck.IsCopy ? result with { PresentationId = null, Url = null } : result };
    }

    /// <summary>Deletes what a deck that failed leaves behind: its copy, and pictures of its own.</summary>
    public static async Task DiscardAsync(GoogleDeck deck, DriveFiles files, ImageUploads uploads, DeckCalls calls)
    {
        await uploads.ReleaseAsync(deck, calls).ConfigureAwait(false);
        try
        {
            if (deck is { IsCopy: true, PresentationId: null, IsCopyUnanswered: true })
            {
                // Nobody waited for the answer, but the copy may be there, or be on its way.
                deck.PresentationId = await files.FindAsync(deck.Stamp, calls).ConfigureAwait(false);
                if (deck.PresentationId is null)
                {
                    await Task.Delay(CopyOnItsWay, files.Time, calls.CancellationToken).ConfigureAwait(false);
                    deck.PresentationId = await files.FindAsync(deck.Stamp, calls).ConfigureAwait(false);
                }
            }

            if (deck is { IsCopy: true, PresentationId: { } id })
            {
                await files.DeleteAsync(id, calls).ConfigureAwait(false);
                deck.PresentationId = null;
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or TimeoutException or DeckException)
        {
            // The error that led here tells more than that its trace can't be wiped.
        }
    }

    private Task<PresentationTemplate> ReadAsync(string id) => PresentationReader.ReadAsync(google, id, _plan.Syntax, calls);

    private async Task<string?> ReadRevisionAsync()
    {
        var request = google.Slides.Presentations.Get(deck.PresentationId!);
        request.Fields = "revisionId";
        var read = await google.ExecuteAsync(request, GoogleLimit.SlidesReads, calls).ConfigureAwait(false);
        return read.RevisionId ?? throw new DeckException(DeckFault.AccessDenied, $"The account may read the presentation {deck.PresentationId} but not write to it; share it with the account as an editor.");
    }

    private void Moved() => deck.Progressed?.Invoke();

    private void Count(DeckStep step, TimeSpan duration, int count)
    {
        DeckPhase phase;
        lock (deck.Phases)
        {
            deck.Phases.TryGetValue(step, out var before);
            phase = new DeckPhase(step, before.Duration + duration, before.Count + count);
            deck.Phases[step] = (phase.Duration, phase.Count);
        }

        progress?.Report(phase);
    }
}
