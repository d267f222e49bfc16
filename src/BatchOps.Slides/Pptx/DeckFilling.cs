using System.Globalization;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>The way of one deck from its template to its file.</summary>
internal sealed class DeckFilling
{
    private readonly PptxTemplate _template;
    private readonly DeckPlan _plan;
    private readonly ImageStore _images;
    private readonly PptxTargetOptions _options;
    private readonly IProgress<DeckPhase>? _progress;
    private readonly Dictionary<DeckStep, (TimeSpan Duration, int Count)> _phases = [];
    private readonly HashSet<string> _filled = new(PartName.Comparer);
    private DeckPackage _package = null!;
    private List<DeckSlide> _slides = [];
    private int _text;
    private int _pictures;
    private int _notes;

    public DeckFilling(PptxTemplate template, DeckPlan plan, ImageStore images, PptxTargetOptions options, IProgress<DeckPhase>? progress)
    {
        if (template.Syntax != plan.Syntax)
        {
            throw new ArgumentException($"The template was read with tokens like {template.Syntax.Write("name")}, the plan made with {plan.Syntax.Write("name")}.", nameof(plan));
        }

        _template = template;
        _plan = plan;
        _images = images;
        _options = options;
        _progress = progress;
    }

    public async Task<DeckResult> MakeAsync(string path, bool inPlace, CancellationToken cancellationToken)
    {
        _phases[DeckStep.Data] = (_plan.Phase.Duration, _plan.Phase.Count);
        _progress?.Report(_plan.Phase);
        Measure(DeckStep.TemplateCopy, () =>
        {
            _package = new DeckPackage(_template);
            _slides = SlideList.Build(_package, _plan);
            DeckProperties.Update(_package, _slides.Count, path);
            return _slides.Count;
        });
        cancellationToken.ThrowIfCancellationRequested();

        var started = _plan.Time.GetTimestamp();
        _pictures = await PlaceImagesAsync(cancellationToken).ConfigureAwait(false);
        Count(DeckStep.Images, started, _pictures);

        Measure(DeckStep.Text, () => FillText(cancellationToken));
        Measure(DeckStep.Notes, () => WriteNotes(cancellationToken));

        var folder = Path.GetDirectoryName(path)!;
        var temporary = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            Measure(DeckStep.TemplateCopy, () =>
            {
                Directory.CreateDirectory(folder);
                using var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 << 10);
                _package.Write(file, cancellationToken);
                return 0;
            });
            List<UnresolvedToken> left = [];
            Measure(DeckStep.Validation, () =>
            {
                (left, var parts) = ReadBack.Check(temporary, _package, _slides, cancellationToken);
                return parts;
            });
            var result = Result(left) with { Bytes = new FileInfo(temporary).Length };
            if (left.Count > 0 && !_options.AllowUnresolved)
            {
                throw new DeckException(DeckFault.Unresolved, Message(left)) { Result = result };
            }

            cancellationToken.ThrowIfCancellationRequested();
            var backup = inPlace ? Backup(path) : null;
            Publish(temporary, path, backup);
            return result with { Path = path, BackupPath = backup };
        }
        catch (Exception failure) when (failure is InvalidDataException)
        {
            throw new DeckException(DeckFault.Damaged, $"The deck '{path}' was not made: {failure.Message}.", failure);
        }
        catch (Exception failure) when (failure is IOException and not DeckException or UnauthorizedAccessException)
        {
            throw new DeckException(DeckFault.OutputNotWritten, $"The deck '{path}' can't be written: {failure.Message}", failure);
        }
        finally
        {
            Discard(temporary);
        }
    }

    private void Publish(string temporary, string path, string? backup)
    {
        try
        {
            if (backup is not null && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
            }

            File.Move(temporary, path, backup is not null || _options.Overwrite);
        }
        catch when (backup is not null)
        {
            // The deck is as it was: a copy of it would only puzzle.
            Discard(backup);
            throw;
        }
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The error that led here tells more than that its trace can't be wiped.
        }
    }

    private static string Backup(string path)
    {
        var stem = Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path));
        for (var number = 1; ; number++)
        {
            var backup = string.Create(CultureInfo.InvariantCulture, $"{stem}.backup{(number == 1 ? string.Empty : number)}{Path.GetExtension(path)}");
            if (!File.Exists(backup))
            {
                File.Copy(path, backup);
                return backup;
            }
        }
    }

    private async Task<int> PlaceImagesAsync(CancellationToken cancellationToken)
    {
        if (_plan.Images.Count == 0)
        {
            return 0;
        }

        var placer = new PicturePlacer(_package, _images);
        var count = 0;
        var seen = new HashSet<string>(PartName.Comparer);
        foreach (var slide in _slides)
        {
            foreach (var (part, _) in _package.Unit(slide.Part).ToList())
            {
                if (seen.Add(part.Name) && NamesImage(part))
                {
                    slide.ImagesReplaced += await placer.PlaceAsync(part, slide.Scope, cancellationToken).ConfigureAwait(false);
                }
            }

            count += slide.ImagesReplaced;
        }

        foreach (var part in _package.Parts.Where(part => !seen.Contains(part.Name) && NamesImage(part)).ToList())
        {
            count += await placer.PlaceAsync(part, _plan.Record, cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    private bool NamesImage(DeckPart part) =>
        part.Origin is { IsFillable: true } origin && origin.Tokens.Any(token => _plan.Images.ContainsKey(token.Body));

    private int FillText(CancellationToken cancellationToken)
    {
        var filler = new PartFiller(_package);
        foreach (var slide in _slides)
        {
            foreach (var (part, _) in _package.Unit(slide.Part).ToList())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_filled.Add(part.Name))
                {
                    var carriesRules = part.Origin is { Kind: PartKind.Slide or PartKind.Notes };
                    slide.TextReplaced += filler.Fill(part, slide.Scope, carriesRules ? slide.RuleProblem : "a slide rule stands on a slide or in its notes");
                }
            }

            _text += slide.TextReplaced;
        }

        foreach (var part in _package.Parts.Where(part => part.Origin is { Tokens.Count: > 0 }).ToList())
        {
            if (_filled.Add(part.Name))
            {
                _text += filler.Fill(part, _plan.Record, "a slide rule stands on a slide or in its notes");
            }
        }

        return _text;
    }

    private int WriteNotes(CancellationToken cancellationToken)
    {
        foreach (var slide in _slides)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_plan.NotesFor(slide.Template.Number, slide.Template.Title, slide.Template.Names) is not { } notes)
            {
                continue;
            }

            var problems = new List<(string Token, string Why)>();
            var introduced = new List<string>();
            var text = slide.Scope.Expand(ValueText.Clean(notes), (token, why) => problems.Add((token, why)), value =>
            {
                introduced.AddRange(_plan.Syntax.Find(value).Select(token => token.In(value)));
                return value;
            });
            var page = NotesPages.Write(_package, slide.Part, text);
            page.Introduced.AddRange(introduced);
            foreach (var (token, why) in problems)
            {
                page.Reasons.TryAdd(token, why);
            }

            slide.NotesReplaced = 1;
            _notes++;
        }

        return _notes;
    }

    private DeckResult Result(List<UnresolvedToken> left) => new()
    {
        TextReplaced = _text,
        ImagesReplaced = _pictures,
        NotesReplaced = _notes,
        Unresolved = left,
        Slides = _slides.Select((slide, i) => new SlideResult(i + 1, slide.Template.Number, slide.TextReplaced, slide.ImagesReplaced, slide.NotesReplaced, left.Where(token => token.Slide == i + 1).ToList())).ToList(),
        Phases = _phases.OrderBy(phase => phase.Key).Select(phase => new DeckPhase(phase.Key, phase.Value.Duration, phase.Value.Count)).ToList(),
    };

    private string Message(List<UnresolvedToken> left)
    {
        var shown = string.Join("; ", left.Take(5).Select(token => token.ToString()));
        return $"{left.Count} token{(left.Count == 1 ? " is" : "s are")} left in the deck made of '{_template.Name}': {shown}{(left.Count > 5 ? "; ..." : ".")}";
    }

    private void Measure(DeckStep step, Func<int> work)
    {
        var started = _plan.Time.GetTimestamp();
        Count(step, started, work());
    }

    private void Count(DeckStep step, long started, int count)
    {
        _phases.TryGetValue(step, out var before);
        var phase = new DeckPhase(step, before.Duration + _plan.Time.GetElapsedTime(started), before.Count + count);
        _phases[step] = (phase.Duration, phase.Count);
        _progress?.Report(phase);
    }
}
