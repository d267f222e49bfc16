using System.Collections.Concurrent;
using System.Management.Automation;
using System.Security;
using BatchOps.Engine;
using BatchOps.Pdf;
using BatchOps.Pdf.Bills;
using BatchOps.Pdf.Tools;
using BatchOps.PowerShell.Completion;
using BatchOps.PowerShell.Configuration;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Pages;

namespace BatchOps.PowerShell.Commands;

/// <summary>Extracts pages of PDF files: text, words, tables, images; one object per page.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "PdfExtract", DefaultParameterSetName = "Path")]
[OutputType(PdfResult.PageTypeName, PdfResult.DocumentTypeName, BillResult.PageTypeName, BillResult.DocumentTypeName)]
[OutputType(typeof(ItemResult), typeof(Jobs.BatchJob))]
public sealed class InvokePdfExtractCommand : BatchCommand
{
    // Asked for their versions once in a session: that takes longer than a page.
    private static readonly ConcurrentDictionary<int, Task<PdfTools>> Tools = new();

    private readonly Queue<(PdfInput Input, Task<OpenDocument> Opening)> _opening = new();
    private PageOperation? _pages;

    // What a service is asked at once where nobody says: model calls wait for it, not for processors.
    private const int ModelCalls = 15;

    /// <summary>Pages are work for processors; a model's broken answer is worth two other tries.</summary>
    public InvokePdfExtractCommand()
    {
        ThrottleLimit = Environment.ProcessorCount;
        RetryCount = 2;
        BreakAfter = 5;
    }

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
    public PageContent[] As { get; set; } = [PageContent.Text];

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

    [Parameter]
    [ValidateNotNull]
    public Uri? Endpoint { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    [Parameter]
    [ValidateNotNull]
    public SecureString? ApiKey { get; set; }

    [Parameter]
    public BillImageDetail Detail { get; set; } = BillImageDetail.High;

    [Parameter]
    public BillSchemaDialect? Dialect { get; set; }

    [Parameter]
    [ValidateRange(256, 1_000_000)]
    public int MaxOutputTokens { get; set; } = 16_384;

    [Parameter]
    [ValidateRange(0.1, 86_400.0)]
    public double ModelTimeoutSeconds { get; set; } = 180;

    [Parameter]
    [ValidateRateLimit]
    [ArgumentCompleter(typeof(RateLimitCompleter))]
    public string? RequestLimit { get; set; }

    [Parameter]
    [ValidateRateLimit]
    [ArgumentCompleter(typeof(RateLimitCompleter))]
    public string? TokenLimit { get; set; }

    private bool ReadsBills => As.Contains(PageContent.Bill);

    internal override ItemOperation CreateOperation()
    {
        if (!ReadsBills && ModelParameters.FirstOrDefault(IsGiven) is { } orphan)
        {
            throw new BatchArgumentException("BillRequired", $"-{orphan} is given without -As Bill; only bills are read by a model. Add -As Bill, or leave it out.", target: null);
        }

        if (ReadsBills && !IsGiven(nameof(ThrottleLimit)) && ThrottleLimit == Environment.ProcessorCount)
        {
            ThrottleLimit = ModelCalls;
        }

        if (JoinTables && !Aggregate)
        {
            throw new BatchArgumentException("AggregateRequired", "-JoinTables is given without -Aggregate; tables are joined in the object of the whole file. Add -Aggregate.", target: null);
        }

        return _pages = new PageOperation(FindTools(), new PageOptions
        {
            Extract = new PdfExtractOptions
            {
                Content = As.Aggregate(PdfContent.None, static (all, one) => all | ContentOf(one)),
                Layout = Layout || ReadsBills,

                // A model reads pictures itself.
                Ocr = ReadsBills && !IsGiven(nameof(Ocr)) ? PdfOcr.Never : Ocr,
                OcrLanguages = OcrLanguage,
                ImageFormat = ReadsBills ? PdfImageFormat.Jpeg : ImageFormat,
                ImageDpi = ImageDpi,
                ImageFolder = ImageFolder is null ? null : GetUnresolvedProviderPathFromPSPath(ImageFolder),
            },
            Model = ReadsBills ? ToModel() : null,
            ModelName = ReadsBills ? $"{Endpoint} {Model} {Detail} {Dialect}" : null,
            RetryWhen = ToRetryRunspace(),
            KeepsImages = As.Contains(PageContent.Image),
            CallRates = CallRates(),
            ImagesAhead = Math.Max(32, 2 * ThrottleLimit),
            Pages = Page,
            Password = Password,
            DocumentTimeout = DocumentTimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Aggregate = Aggregate || ReadsBills,
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
            _opening.Enqueue((input, _pages!.OpenAsync(input, NeedsKey)));
            PostOpened(leave: 2 * Environment.ProcessorCount);
        }
    }

    private protected override void Drain() => PostOpened(leave: 0);

    /// <summary>Posts the pages of files that are open, in the order of the files, until few enough wait.</summary>
    private void PostOpened(int leave)
    {
        while (_opening.TryPeek(out var next) && (next.Opening.IsCompleted || _opening.Count > leave))
        {
            WaitFor(next.Opening);
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
        catch (Exception error) when (error is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            // What is not there fails by itself, and others go on.
            return [error is ItemNotFoundException ? GetUnresolvedProviderPathFromPSPath(WildcardPattern.Unescape(pattern)) : pattern];
        }
    }

    private static readonly string[] ModelParameters = [nameof(Endpoint), nameof(Model), nameof(ApiKey), nameof(Detail), nameof(Dialect), nameof(MaxOutputTokens), nameof(ModelTimeoutSeconds), nameof(RequestLimit), nameof(TokenLimit)];

    private static PdfContent ContentOf(PageContent content) => content switch
    {
        PageContent.Words => PdfContent.Words,
        PageContent.Tables => PdfContent.Tables,
        PageContent.Image => PdfContent.Image,
        PageContent.Bill => PdfContent.Text | PdfContent.Image,
        _ => PdfContent.Text,
    };

    private BillModelClient ToModel()
    {
        if (Endpoint is null || Model is null)
        {
            throw new BatchArgumentException("ModelRequired", $"-As Bill is given without -{(Endpoint is null ? nameof(Endpoint) : nameof(Model))}; bills are read by a model. Give -Endpoint, such as https://api.openai.com/v1, and -Model.", target: null);
        }

        try
        {
            return new BillModelClient(new BillModelOptions { Endpoint = Endpoint, Model = Model, Detail = Detail, Dialect = Dialect, MaxOutputTokens = MaxOutputTokens, Timeout = TimeSpan.FromSeconds(ModelTimeoutSeconds) }, ApiKey);
        }
        catch (BillSetupException error)
        {
            throw new BatchArgumentException("ModelInvalid", error.Message, Endpoint, error);
        }
    }

    private Dictionary<string, RateLimit> CallRates()
    {
        var rates = new Dictionary<string, RateLimit>(StringComparer.OrdinalIgnoreCase);
        if (RequestLimit is not null)
        {
            rates[BillModelClient.RequestLimit] = Engine.RateLimit.Parse(RequestLimit) with { Share = RateLimitShare, Burst = RateBurst };
        }

        if (TokenLimit is not null)
        {
            rates[BillModelClient.TokenLimit] = Engine.RateLimit.Parse(TokenLimit) with { Share = RateLimitShare };
        }

        return rates;
    }

    private PdfTools FindTools()
    {
        var limit = Sequential ? 1 : ReadsBills ? Math.Min(ThrottleLimit, Environment.ProcessorCount) : ThrottleLimit;
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
