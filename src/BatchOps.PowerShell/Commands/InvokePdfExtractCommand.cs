using System.Collections.Concurrent;
using System.Management.Automation;
using System.Security;
using BatchOps.Pdf;
using BatchOps.Pdf.Tools;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Pages;

namespace BatchOps.PowerShell.Commands;

/// <summary>Extracts pages of PDF files: text, words, tables, images; one object per page.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "PdfExtract", DefaultParameterSetName = "Path")]
[OutputType(PdfResult.PageTypeName, PdfResult.DocumentTypeName)]
[OutputType(typeof(ItemResult), typeof(Jobs.BatchJob))]
public sealed class InvokePdfExtractCommand : BatchCommand
{
    // Asked for their versions once in a session: that takes longer than a page.
    private static readonly ConcurrentDictionary<int, Task<PdfTools>> Tools = new();

    private readonly Queue<(PdfInput Input, Task<OpenDocument> Opening)> _opening = new();
    private PageOperation? _pages;

    /// <summary>Pages are work for processors.</summary>
    public InvokePdfExtractCommand() => ThrottleLimit = Environment.ProcessorCount;

    [Parameter(Position = 0, ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Path { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath")]
    public string[]? LiteralPath { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public PdfContent[] As { get; set; } = [PdfContent.Text];

    [Parameter]
    public SwitchParameter Layout { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Page { get; set; }

    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    [Parameter]
    public PdfOcr Ocr { get; set; } = PdfOcr.Auto;

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] OcrLanguage { get; set; } = ["eng"];

    [Parameter]
    public PdfImageFormat ImageFormat { get; set; } = PdfImageFormat.Jpeg;

    [Parameter]
    [ValidateRange(10, 1200)]
    public int ImageDpi { get; set; } = 150;

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ImageFolder { get; set; }

    [Parameter]
    public SwitchParameter Aggregate { get; set; }

    [Parameter]
    public SwitchParameter JoinTables { get; set; }

    [Parameter]
    [ValidateRange(0.001, 2_000_000.0)]
    public double? DocumentTimeoutSeconds { get; set; }

    internal override ItemOperation CreateOperation()
    {
        if (JoinTables && !Aggregate)
        {
            throw new BatchArgumentException("AggregateRequired", "-JoinTables is given without -Aggregate; tables are joined in the object of the whole file. Add -Aggregate.", target: null);
        }

        return _pages = new PageOperation(FindTools(), new PageOptions
        {
            Extract = new PdfExtractOptions
            {
                Content = As.Aggregate(PdfContent.None, static (all, one) => all | one),
                Layout = Layout,
                Ocr = Ocr,
                OcrLanguages = OcrLanguage,
                ImageFormat = ImageFormat,
                ImageDpi = ImageDpi,
                ImageFolder = ImageFolder is null ? null : GetUnresolvedProviderPathFromPSPath(ImageFolder),
            },
            Pages = Page,
            Password = Password,
            DocumentTimeout = DocumentTimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Aggregate = Aggregate,
            JoinTables = JoinTables,
        });
    }

    private protected override IEnumerable<PSObject?>? OwnItems() =>
        LiteralPath?.Select(path => PSObject.AsPSObject(new FileInfo(GetUnresolvedProviderPathFromPSPath(path)))) ?? Path?.Select(PSObject.AsPSObject);

    private protected override void Take(PSObject? item)
    {
        foreach (var input in PdfInput.Of(item, Files))
        {
            // Some files are opened ahead, so that their pages are there when the pages before them are done.
            var opening = _pages!.OpenAsync(input, NeedsKey);
            _opening.Enqueue((input, opening));
            opening.ContinueWith(_ => WakeReader(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            PostOpened(leave: 2 * Environment.ProcessorCount);
        }
    }

    private protected override void Drain() => PostOpened(leave: 0);

    /// <summary>Posts the pages of files that are open, in the order of the files, until few enough wait.</summary>
    private void PostOpened(int leave)
    {
        while (_opening.TryPeek(out var next) && (next.Opening.IsCompleted || _opening.Count > leave))
        {
            while (!next.Opening.IsCompleted)
            {
                if (AsJob)
                {
                    // Somebody else writes what finishes.
                    Task.WaitAny(next.Opening);
                }
                else
                {
                    PumpOnce();
                }
            }

            _opening.Dequeue();
            if (next.Opening.IsCompletedSuccessfully)
            {
                var document = next.Opening.Result;
                foreach (var page in document.Pages)
                {
                    var item = new PageItem(next.Input, document, page);
                    Post(next.Input.Item, item, file => item.KeyOf(file ?? "sha256:" + document.ContentHash));
                }
            }
            else
            {
                PostFault(next.Input.Item, next.Opening.Exception?.InnerException ?? new OperationCanceledException());
            }
        }
    }

    private IEnumerable<string> Files(string pattern)
    {
        try
        {
            return GetResolvedProviderPathFromPSPath(pattern, out _);
        }
        catch (ItemNotFoundException)
        {
            return [GetUnresolvedProviderPathFromPSPath(WildcardPattern.Unescape(pattern))];
        }
    }

    private PdfTools FindTools()
    {
        var limit = Sequential ? 1 : ThrottleLimit;
        var tools = Tools.GetOrAdd(limit, static processes => PdfTools.FindAsync(new PdfToolsOptions { MaxProcesses = processes })).GetAwaiter().GetResult();
        if (tools.Problems.FirstOrDefault(static problem => problem.IsRequired) is { } problem)
        {
            // It may be installed before the next call.
            Tools.TryRemove(limit, out _);
            throw new BatchArgumentException("PdfToolMissing", $"{problem.Message} Install it by '{problem.InstallHere}'.", problem.Component);
        }

        return tools;
    }
}
