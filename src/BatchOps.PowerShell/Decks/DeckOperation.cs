using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using BatchOps.Engine;
using BatchOps.PowerShell.Intake;
using BatchOps.PowerShell.Journal;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Output;
using BatchOps.PowerShell.Workers;
using BatchOps.Slides;

namespace BatchOps.PowerShell.Decks;

/// <summary>Makes or fills a deck for each record.</summary>
/// <param name="options">What all decks have in common.</param>
internal abstract class DeckOperation(DeckOptions options) : ItemOperation
{
    private readonly DeckPlanner _planner = new(options.Planner);

    protected DeckOptions Options { get; } = options;

    /// <inheritdoc/>
    public override BatchExecutor Attach(ItemRun run) => TaskExecutor<object?, ItemOutput>.AttachOutcome(run, RunAsync);

    /// <inheritdoc/>
    public override object? Prepare(PSObject? item, object? key) => Prepare(item, _planner.Plan(RecordView.OfRecord(item)), key);

    /// <inheritdoc/>
    public override IReadOnlyList<PSObject> OutputOf(EngineResult result)
    {
        if (result.Status is not (ItemStatus.Succeeded or ItemStatus.Failed or ItemStatus.TimedOut))
        {
            return [];
        }

        var deck = result.Output is { Objects: [var made, ..] } ? made : SlidesResult.Of((DeckItem?)null, PreparedItem.Original(result.Input), new DeckResult());
        if (result.Status != ItemStatus.Succeeded)
        {
            SlidesResult.SetOutcome(deck, result.Status, ItemErrors.Of(result));
        }

        return Options.PerSlide ? SlidesResult.SlidesOf(deck) : [deck];
    }

    /// <inheritdoc/>
    public override string? End(TimeSpan patience)
    {
        Options.RetryWhen?.Dispose();
        return null;
    }

    /// <summary>Says in words what would be done for an item.</summary>
    /// <exception cref="IOException">It can't be done.</exception>
    public abstract string Describe(DeckItem item);

    /// <summary>The hash of what all decks have in common and what the target adds.</summary>
    protected string Hash(params string?[] parts)
    {
        var planner = Options.Planner;
        var content = new Hashtable
        {
            ["parts"] = parts,
            ["syntax"] = planner.Syntax.Write("name"),
            ["culture"] = planner.Culture.Name + "|" + planner.DataCulture.Name,
            ["text"] = Table(planner.Text.Select(entry => (planner.Syntax.Bare(entry.Key), OperationHash.ContentOf(entry.Value)))),
            ["sections"] = planner.Sections.Select(static section => section.ToString()).ToArray(),
            ["images"] = Table(planner.Images.Select(entry => (planner.Syntax.Bare(entry.Key), entry.Value.ToString()))),
            ["notes"] = Table(planner.Notes.Select(static entry => (entry.Key, entry.Value))),
            ["allowUnresolved"] = Options.AllowUnresolved,
        };
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(ContentKey.Of(content))).AsSpan(0, 16)).ToLowerInvariant();

        // Of two ways to write one name the last counts, as it does in a plan.
        static Hashtable Table(IEnumerable<(string Name, string Value)> entries)
        {
            var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, value) in entries)
            {
                table[name] = value;
            }

            return table;
        }
    }

    /// <summary>Makes an item ready: finds its template and the place of its deck.</summary>
    protected abstract DeckItem Prepare(PSObject? record, DeckPlan plan, object? key);

    /// <summary>Makes or fills the deck.</summary>
    /// <exception cref="DeckException">It could not be done.</exception>
    protected abstract Task<DeckResult> FillAsync(DeckItem item, ItemLease lease, IProgress<DeckPhase> progress);

    private async ValueTask<AttemptOutcome<ItemOutput>> RunAsync(ItemLease lease)
    {
        var item = (DeckItem)lease.Input!;
        try
        {
            var result = await FillAsync(item, lease, new PhaseProgress(this, lease.Index)).ConfigureAwait(false);
            return AttemptOutcome<ItemOutput>.Succeeded(Output(item, result));
        }
        catch (Exception error)
        {
            return RetryRunspace.Ask(Options.RetryWhen, lease, AttemptOutcome<ItemOutput>.Failed(error, Output(item, (error as DeckException)?.Result ?? new DeckResult())));
        }
        finally
        {
            Progress.Forget(lease.Index);
        }
    }

    /// <summary>Puts a record's values into a path or a name.</summary>
    /// <exception cref="DeckException">A token has no value.</exception>
    public static string Expand(DeckPlan plan, string pattern) => plan.Record.Expand(pattern, (token, why) =>
        throw new DeckException(DeckFault.TemplateNotFound, $"'{pattern}' can't be made for the record: {token}: {why}."));

    private static ItemOutput Output(DeckItem item, DeckResult result) => new([SlidesResult.Of(item, item.Item, result)], []);

    /// <summary>Shows a deck's last step on the bar of its item.</summary>
    private sealed class PhaseProgress(DeckOperation operation, long index) : IProgress<DeckPhase>
    {
        private static readonly int Steps = Enum.GetValues<DeckStep>().Length;

        public void Report(DeckPhase value) => operation.Progress.Note(index, new ProgressRecord(0, $"{value.Step}", value.Count.ToString("N0", CultureInfo.CurrentCulture))
        {
            PercentComplete = 100 * ((int)value.Step + 1) / Steps,
        });
    }
}
