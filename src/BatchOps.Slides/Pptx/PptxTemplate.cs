using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>
/// A presentation that decks are made of, read and checked once. It holds its file in memory, never changes and serves any
/// number of decks at once.
/// </summary>
public sealed class PptxTemplate
{
    internal PptxTemplate(string name, TokenSyntax syntax, DeckLimits limits)
    {
        Name = name;
        Syntax = syntax;
        Limits = limits;
    }

    /// <summary>The template's path, or what it was called.</summary>
    public string Name { get; }

    /// <summary>How tokens look in it.</summary>
    public TokenSyntax Syntax { get; }

    /// <summary>How many slides it has.</summary>
    public int SlideCount => Slides.Count;

    /// <summary>The tokens that stand in it, with the place of each; slide rules are among them.</summary>
    public IReadOnlyList<TemplateToken> Tokens { get; internal set; } = [];

    internal DeckLimits Limits { get; }

    /// <summary>The parts, in the order of the file.</summary>
    internal IReadOnlyDictionary<string, TemplatePart> Parts { get; set; } = new Dictionary<string, TemplatePart>(PartName.Comparer);

    internal IReadOnlyList<Relationship> Relationships { get; set; } = [];

    internal ContentTypes ContentTypes { get; set; } = new();

    internal string PresentationPart { get; set; } = string.Empty;

    internal IReadOnlyList<TemplateSlide> Slides { get; set; } = [];

    /// <summary>
    /// Says what a plan would do with the template, without making anything: for each slide how often it is in the deck, and
    /// for each token what is put there. Pictures are not looked at, and tokens on repeated slides take the first item.
    /// </summary>
    /// <param name="plan">The plan.</param>
    public IReadOnlyList<PlannedSlide> Preview(DeckPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return PlanPreview.Make(plan, Slides, Tokens);
    }

    /// <summary>Reads a template from a file.</summary>
    /// <param name="path">The file: .pptx, .potx or .ppsx.</param>
    /// <param name="syntax">How tokens look; <c>{{name}}</c> by default.</param>
    /// <param name="limits">What it may hold at most.</param>
    /// <exception cref="DeckException">It is missing, no presentation, protected, Strict, macro-enabled, broken or too large.</exception>
    public static PptxTemplate Open(string path, TokenSyntax? syntax = null, DeckLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        limits ??= new DeckLimits();
        byte[] bytes;
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                throw new DeckException(DeckFault.TemplateNotFound, $"There is no template '{path}'.");
            }

            if (file.Length > Math.Min(limits.FileBytes, Array.MaxLength))
            {
                throw new DeckException(DeckFault.TooLarge, $"The template '{path}' has {file.Length >> 20} MB, above the limit of {limits.FileBytes >> 20} MB.");
            }

            bytes = File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException and not DeckException or UnauthorizedAccessException)
        {
            throw new DeckException(DeckFault.TemplateNotFound, $"The template '{path}' can't be read: {failure.Message}", failure);
        }

        return Read(bytes, path, syntax, limits);
    }

    /// <summary>Reads a template from memory.</summary>
    /// <param name="bytes">The file's bytes, which must not change later.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="syntax">How tokens look; <c>{{name}}</c> by default.</param>
    /// <param name="limits">What it may hold at most.</param>
    /// <exception cref="DeckException">It is no presentation, protected, Strict, macro-enabled, broken or too large.</exception>
    public static PptxTemplate Read(byte[] bytes, string name, TokenSyntax? syntax = null, DeckLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new TemplateReader(name, syntax ?? TokenSyntax.Default, limits ?? new DeckLimits()).Read(bytes);
    }
}
