using System.Collections.Concurrent;
using System.Management.Automation;
using System.Security.Cryptography;
using BatchOps.Slides;
using BatchOps.Slides.Pptx;

namespace BatchOps.PowerShell.Decks;

/// <summary>Decks in the .pptx format: of a template, or in place.</summary>
internal sealed class PptxDecks : DeckOperation
{
    private readonly ConcurrentDictionary<string, PptxTemplate> _templates = new(OutputName.Comparer);
    private readonly Dictionary<string, object?> _places = new(OutputName.Comparer);
    private readonly ImageStore _images;
    private readonly PptxTarget _target;
    private readonly string? _template;
    private readonly string? _place;
    private readonly Func<PSObject?, DeckPlan, string>? _inPlace;

    /// <summary>Decks made of a template.</summary>
    /// <param name="options">What all decks have in common.</param>
    /// <param name="template">The template's path, or a pattern of it.</param>
    /// <param name="place">Pattern of the decks' paths.</param>
    /// <param name="overwrite">Whether a deck may replace a file.</param>
    /// <exception cref="DeckException">The template can't be used.</exception>
    public PptxDecks(DeckOptions options, string template, string place, bool overwrite)
        : this(options, overwrite)
    {
        _template = template;
        _place = place;
        if (options.Planner.Syntax.Find(template).Count == 0)
        {
            Template(template);
        }
    }

    /// <summary>Decks that are there and filled in place.</summary>
    /// <param name="options">What all decks have in common.</param>
    /// <param name="place">Says which deck a record fills.</param>
    public PptxDecks(DeckOptions options, Func<PSObject?, DeckPlan, string> place)
        : this(options, overwrite: true) => _inPlace = place;

    private PptxDecks(DeckOptions options, bool overwrite)
        : base(options)
    {
        _images = new ImageStore(options.Folder);
        _target = new PptxTarget(_images, new PptxTargetOptions { AllowUnresolved = options.AllowUnresolved, Overwrite = overwrite });
    }

    /// <summary>Reads the images that do not depend on a record, so that a wrong one is told before anything starts.</summary>
    /// <exception cref="DeckException">One is not there, or can't be placed.</exception>
    public void CheckImages()
    {
        var planner = Options.Planner;
        foreach (var source in planner.Images.Values.Select(static image => image.Source).Concat(planner.Sections.Select(static section => section.Chart)))
        {
            if (!string.IsNullOrWhiteSpace(source) && planner.Syntax.Find(source).Count == 0 && !IsAddress(source))
            {
                _images.GetAsync(source).GetAwaiter().GetResult();
            }
        }
    }

    /// <inheritdoc/>
    public override string Hash()
    {
        // A template that depends on the record is hashed by its pattern: it is not known yet.
        var template = _template is not null && _templates.ContainsKey(_template) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_template))) : _template;
        return Hash("pptx", template, _place);
    }

    /// <inheritdoc/>
    public override string? End(TimeSpan patience)
    {
        _images.Dispose();
        return base.End(patience);
    }

    /// <inheritdoc/>
    public override string Describe(DeckItem item)
    {
        var deck = (PptxItem)item;
        var template = deck.Template ?? PptxTemplate.Open(deck.Place, Options.Planner.Syntax);
        return DeckPreview.Write(template.Preview(item.Plan), item.Plan);
    }

    /// <inheritdoc/>
    protected override DeckItem Prepare(PSObject? record, DeckPlan plan, object? key)
    {
        if (_inPlace is not null)
        {
            return new PptxItem(record, plan, _inPlace(record, plan), template: null);
        }

        var path = OutputName.Make(_place!, plan.Record, Options.Folder);
        var template = Template(Path.GetFullPath(Expand(plan, _template!), Options.Folder));

        // The followers of a record that runs in their place have its deck.
        if (!_places.TryAdd(path, key) && (key is null || !Options.SharesDecks || !Equals(_places[path], key)))
        {
            throw new DeckException(DeckFault.OutputName, $"'{path}' is the deck of another record already; write a token into -OutputPath that is different for each of them.");
        }

        return new PptxItem(record, plan, path, template);
    }

    /// <inheritdoc/>
    protected override Task<DeckResult> FillAsync(DeckItem item, ItemLease lease, IProgress<DeckPhase> progress)
    {
        var deck = (PptxItem)item;
        return deck.Template is { } template
            ? _target.FillAsync(template, item.Plan, item.Place, progress, lease.CancellationToken)
            : _target.FillInPlaceAsync(item.Place, item.Plan, limits: null, progress, lease.CancellationToken);
    }

    private PptxTemplate Template(string path) => _templates.GetOrAdd(path, open => PptxTemplate.Open(open, Options.Planner.Syntax));

    private static bool IsAddress(string source) => source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private sealed class PptxItem(PSObject? record, DeckPlan plan, string place, PptxTemplate? template) : DeckItem(record, plan, place)
    {
        public PptxTemplate? Template { get; } = template;

        public override string Name => Path.GetFileNameWithoutExtension(Place);

        /// <summary>A deck that is filled in place is filled by one record at a time.</summary>
        public override object? SerializeKey => Template is null ? Place : null;
    }
}
