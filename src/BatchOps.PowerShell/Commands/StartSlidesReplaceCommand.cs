using System.Globalization;
using System.Management.Automation;
using BatchOps.PowerShell.Decks;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Output;
using BatchOps.Slides;

namespace BatchOps.PowerShell.Commands;

/// <summary>Fills presentation templates: one deck per record, or given decks.</summary>
[Cmdlet(VerbsLifecycle.Start, "SlidesReplace", DefaultParameterSetName = Pptx, SupportsShouldProcess = true)]
[OutputType(SlidesResult.TypeName, SlidesResult.SlideTypeName)]
[OutputType(typeof(ItemResult), typeof(Jobs.BatchJob))]
public sealed partial class StartSlidesReplaceCommand : BatchCommand
{
    private const string Pptx = "Pptx";
    private const string PptxInPlace = "PptxInPlace";

    private DeckOperation? _decks;

    /// <summary>Calls to services are worth another try without being told so.</summary>
    public StartSlidesReplaceCommand()
    {
        RetryCount = 3;
        BreakAfter = 5;
    }

    private protected override bool IsPreview =>
        MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given) ? (SwitchParameter)given : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    internal override ItemOperation CreateOperation()
    {
        try
        {
            return _decks = CreateDecks();
        }
        catch (DeckException error)
        {
            throw new BatchArgumentException($"Deck{error.Fault}", error.Message, Template, error);
        }
        catch (ArgumentException error) when (error is not BatchArgumentException)
        {
            throw new BatchArgumentException("DeckOptionsInvalid", error.Message, target: null, error);
        }
    }

    /// <summary>Without records there is one deck, or one for each file.</summary>
    private protected override IEnumerable<PSObject?> OwnItems() =>
        InPlace ? Files().Select(static PSObject? (file) => PSObject.AsPSObject(new FileInfo(file))) : [null];

    private protected override bool Confirm(object? posted)
    {
        var item = (DeckItem)posted!;
        var what = InPlace || PresentationId is not null ? $"Fill '{item.Place}'" : $"Make '{item.Place}'";
        try
        {
            return ShouldProcess(IsPreview ? $"{what}:{_decks!.Describe(item)}" : what, $"{what}?", MyInvocation.MyCommand.Name);
        }
        catch (DeckException error)
        {
            WriteError(new ErrorRecord(error, ItemErrors.Failed, ErrorCategory.InvalidData, item.Item));
            return false;
        }
    }

    private DeckOperation CreateDecks()
    {
        var syntax = new TokenSyntax(Delimiter[0], Delimiter[^1]);
        var values = new DeckValues(SessionState, syntax);
        var planner = new DeckPlannerOptions
        {
            Syntax = syntax,
            Culture = Culture ?? CultureInfo.CurrentCulture,
            DataCulture = DataCulture ?? CultureInfo.InvariantCulture,
            Text = DeckValues.Text(Text),
            Sections = (Section ?? []).Select(values.Section).ToList(),
            Images = values.Images(Image, ImageFit),
            ImageFit = ImageFit,
            Notes = DeckValues.Notes(Notes),
            ItemView = RecordView.Of,
        };
        var options = new DeckOptions
        {
            Planner = planner,
            Folder = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
            AllowUnresolved = AllowUnresolved,
            PerSlide = PerSlide,
            SharesDecks = Deduplicate || CacheSeconds is not null,
            RetryWhen = ToRetryRunspace(),
        };
        if (TemplateId is not null || PresentationId is not null)
        {
            return new GoogleDecks(options, ToGoogleOptions(options.Folder));
        }

        var decks = InPlace
            ? new PptxDecks(options, PlaceOf)
            : new PptxDecks(options, values.Resolve(Template!), values.Resolve(OutputPath!), overwrite: !NoClobber);
        decks.CheckImages();
        return decks;
    }

    /// <summary>The deck that a record fills: its own file, or the one that -Path names for it.</summary>
    private string PlaceOf(PSObject? record, DeckPlan plan)
    {
        if (!MyInvocation.ExpectingInput && record?.BaseObject is FileInfo own)
        {
            return own.FullName;
        }

        if (LiteralPath is [var literal, ..])
        {
            return GetUnresolvedProviderPathFromPSPath(literal);
        }

        return Path switch
        {
            [var pattern] => GetUnresolvedProviderPathFromPSPath(DeckOperation.Expand(plan, pattern)),
            null => throw new DeckException(DeckFault.TemplateNotFound, "The record names no deck; pipe in files, or say with -Path which deck each record fills, such as -Path 'decks/{{customer}}.pptx'."),
            _ => throw new DeckException(DeckFault.TemplateNotFound, "-Path names several decks for one record; write one path with a token that differs from record to record."),
        };
    }

    private IEnumerable<string> Files()
    {
        foreach (var literal in LiteralPath ?? [])
        {
            yield return GetUnresolvedProviderPathFromPSPath(literal);
        }

        foreach (var pattern in Path ?? [])
        {
            foreach (var file in Existing(pattern))
            {
                yield return file;
            }
        }

        if (Path is null && LiteralPath is null)
        {
            ThrowTerminatingError(new BatchArgumentException("DeckRequired", "-InPlace names no deck; say which with -Path, such as -Path report.pptx, or pipe in files.", target: null).ToRecord());
        }
    }

    /// <summary>The files that a pattern stands for. One that is not there is an item that fails, not the end of the others.</summary>
    private IReadOnlyCollection<string> Existing(string pattern)
    {
        try
        {
            return GetResolvedProviderPathFromPSPath(pattern, out _);
        }
        catch (ItemNotFoundException)
        {
            return [GetUnresolvedProviderPathFromPSPath(pattern)];
        }
    }
}
