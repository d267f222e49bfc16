namespace BatchOps.Slides.Pptx;

/// <summary>Carries out deck plans on .pptx files. Safe for many threads.</summary>
/// <param name="images">Where pictures come from; stays the caller's.</param>
/// <param name="options">How decks are written.</param>
public sealed class PptxTarget(ImageStore images, PptxTargetOptions? options = null)
{
    private readonly PptxTargetOptions _options = options ?? new PptxTargetOptions();

    /// <summary>Makes a deck of a template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="plan">What is put into it.</param>
    /// <param name="path">Where the deck goes; folders are made. It appears when it is complete and read back, not before.</param>
    /// <param name="progress">Told of each step as it ends; the copy's step ends twice, at last with the file written.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <exception cref="DeckException">The deck was not made: an image is missing, a token is left, the file can't be written.</exception>
    public Task<DeckResult> FillAsync(PptxTemplate template, DeckPlan plan, string path, IProgress<DeckPhase>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        path = Path.GetFullPath(path);
        if (OutputName.Comparer.Equals(path, template.Name))
        {
            throw new DeckException(DeckFault.OutputNotWritten, $"'{path}' is the template itself; write the deck elsewhere, or fill it in place.");
        }

        if (!_options.Overwrite && File.Exists(path))
        {
            throw new DeckException(DeckFault.OutputNotWritten, $"'{path}' is there already; remove it or allow it to be replaced.");
        }

        return Task.Run(() => new DeckFilling(template, plan, images, _options, progress).MakeAsync(path, inPlace: false, cancellationToken), cancellationToken);
    }

    /// <summary>Fills an existing deck. What it was before stays beside it as <c>name.backup.pptx</c>, with a number when that is taken.</summary>
    /// <param name="path">The deck.</param>
    /// <param name="plan">What is put into it.</param>
    /// <param name="limits">What it may hold at most.</param>
    /// <param name="progress">Told of each step as it ends; the copy's step ends twice, at last with the file written.</param>
    /// <param name="cancellationToken">Stops it; the deck stays as it was.</param>
    /// <exception cref="DeckException">The deck is no template that can be filled, or was not filled; then it is as it was.</exception>
    public Task<DeckResult> FillInPlaceAsync(string path, DeckPlan plan, DeckLimits? limits = null, IProgress<DeckPhase>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        path = Path.GetFullPath(path);
        return Task.Run(
            () => new DeckFilling(PptxTemplate.Open(path, plan.Syntax, limits), plan, images, _options, progress).MakeAsync(path, inPlace: true, cancellationToken),
            cancellationToken);
    }
}
