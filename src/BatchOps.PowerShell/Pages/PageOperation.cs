using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using BatchOps.Engine;
using BatchOps.Pdf;
using BatchOps.Pdf.Bills;
using BatchOps.Pdf.Tools;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Pages;

/// <summary>Extracts pages of PDF files.</summary>
/// <param name="tools">The tools that read them; stay the session's.</param>
/// <param name="options">What is extracted.</param>
internal sealed class PageOperation(PdfTools tools, PageOptions options) : ItemOperation
{
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<OpenDocument, bool> _open = new();
    private readonly Dictionary<string, int> _names = new(StringComparer.OrdinalIgnoreCase);
    private bool _isDisposed;

    /// <inheritdoc/>
    public override string Hash() =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"pdf\n{options.Extract with { ImageFolder = null, OcrLanguages = [] }}\n{string.Join('+', options.Extract.OcrLanguages)}\n{options.Extract.ImageFolder}\n{options.Aggregate} {options.JoinTables}\n{options.ModelName}")).AsSpan(0, 16)).ToLowerInvariant();

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, RateLimit> CallRates => options.CallRates;

    /// <inheritdoc/>
    public override BatchExecutor Attach(ItemRun run) => TaskExecutor<object?, ItemOutput>.AttachOutcome(run, RunAsync);

    /// <summary>Opens a file and finds the pages that are wanted.</summary>
    /// <param name="input">The file.</param>
    /// <param name="needsHash">Whether its content is to be hashed.</param>
    /// <exception cref="PdfException">It can't be opened, or lacks a page that is wanted.</exception>
    public async Task<OpenDocument> OpenAsync(PdfInput input, bool needsHash)
    {
        if (input.Fault is { } fault)
        {
            throw fault;
        }

        var extract = options.Extract with { ImageFolder = ImageFolder(input) };
        var password = options.Password is null ? null : new System.Net.NetworkCredential(string.Empty, options.Password).Password;
        var file = input switch
        {
            { Path: { } path } => await PdfFile.OpenAsync(tools, path, new PdfOpenOptions { Password = password }, _ended.Token).ConfigureAwait(false),
            { Content: byte[] bytes } => await PdfFile.OpenAsync(tools, bytes, new PdfOpenOptions { Password = password }, _ended.Token).ConfigureAwait(false),
            _ => await PdfFile.OpenAsync(tools, (Stream)input.Content!, new PdfOpenOptions { Password = password }, _ended.Token).ConfigureAwait(false),
        };
        try
        {
            var document = new OpenDocument(file, PageRanges.Parse(options.Pages, file.PageCount), extract, options.ImagesAhead, options.DocumentTimeout, _ended.Token)
            {
                ContentHash = needsHash ? OpenDocument.HashOf(input) : null,
                Delivered = options.Aggregate ? [] : null,
                Bills = options.Model is null ? null : [],
            };
            _open.TryAdd(document, true);
            return document;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override bool PutsItemsTogether => options.Aggregate;

    /// <inheritdoc/>
    public override IReadOnlyList<PSObject> OutputOf(EngineResult result)
    {
        var pages = result.Output?.Objects ?? [];
        if (result.Input is not PageItem item)
        {
            return pages;
        }

        item.Document.HasOutput = true;
        return Ended(item, result) is { } file ? [.. pages, file] : pages;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PSObject> OutputOfSkipped(EngineResult result) =>
        result.Input is PageItem item && Ended(item, result) is { } file ? [file] : [];

    /// <summary>Notes how a page ended. Gives the object of its file when that was the last one, and an object is wanted.</summary>
    private PSObject? Ended(PageItem item, EngineResult result)
    {
        var document = item.Document;
        var page = result.Output?.Objects is [var made, ..] ? made : null;
        if (page is not null)
        {
            document.Delivered?.Add(new PageOutput(page, (result.Output as ExtractedPage)?.Page));
        }
        else if (result.Resumed)
        {
            document.Missing.Add(item.Page);
        }

        document.Bills?.Add(result.Status == ItemStatus.Succeeded && page is not null
            ? (result.Output as ExtractedPage)?.Bill ?? BillResult.PageOf(page)
            : BillPage.Failed(item.Page, result.Resumed ? "its journal kept no results" : result.Error?.Message ?? $"{result.Status}", item.Request?.Usage ?? BillTokenUsage.None));

        if (!document.End())
        {
            return null;
        }

        _open.TryRemove(document, out _);
        if (document.Delivered is not { } all || !document.HasOutput)
        {
            return null;
        }

        var file = PdfResult.Of(document, all, options.JoinTables);
        if (document.Bills is { } bills)
        {
            BillResult.AddTo(file, BillReconciler.Reconcile(document.Path, bills));
        }

        return file;
    }

    /// <inheritdoc/>
    public override string? End(TimeSpan patience)
    {
        if (_isDisposed)
        {
            return null;
        }

        _isDisposed = true;
        _ended.Cancel();
        options.RetryWhen?.Dispose();
        foreach (var document in _open.Keys)
        {
            document.Dispose();
        }

        // Child processes are killed and private files deleted before the prompt is back.
        Task.WhenAll(_open.Keys.Select(static document => document.WhenIdle)).Wait(patience);
        return null;
    }

    /// <summary>Where the images of a file go: of files of one name the second and all after it have a folder of their own.</summary>
    private string? ImageFolder(PdfInput input)
    {
        if (options.Extract.ImageFolder is not { } folder)
        {
            return null;
        }

        var name = Path.GetFileNameWithoutExtension(input.Path) ?? string.Empty;
        _names.TryGetValue(name, out var before);
        _names[name] = before + 1;
        return before == 0 ? folder : Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{before + 1}"));
    }

    private async ValueTask<AttemptOutcome<ItemOutput>> RunAsync(ItemLease lease)
    {
        AttemptOutcome<ItemOutput> outcome;
        try
        {
            outcome = await TryAsync(lease).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            outcome = AttemptOutcome<ItemOutput>.Failed(error);
        }

        return RetryRunspace.Ask(options.RetryWhen, lease, outcome);
    }

    private async Task<AttemptOutcome<ItemOutput>> TryAsync(ItemLease lease)
    {
        var item = (PageItem)lease.Input!;
        var page = await item.Document.GetAsync(item.Page, lease.CancellationToken).ConfigureAwait(false);
        if (options.Model is { } model && page.Status is PdfPageStatus.Ok or PdfPageStatus.Degraded)
        {
            return AttemptOutcome<ItemOutput>.Succeeded(await ReadBillAsync(model, item, page, lease).ConfigureAwait(false));
        }

        var output = new ExtractedPage(page, PdfResult.Of(page));
        return page.Status is PdfPageStatus.Ok or PdfPageStatus.Degraded
            ? AttemptOutcome<ItemOutput>.Succeeded(output)
            : new AttemptOutcome<ItemOutput> { Class = OutcomeClass.ItemFault, Error = new PdfException(page.Status == PdfPageStatus.TimedOut ? PdfFault.TimedOut : PdfFault.Damaged, $"{item}: {string.Join(" ", page.Messages.DefaultIfEmpty("nothing could be read"))}"), Output = output };
    }

    private async Task<ExtractedPage> ReadBillAsync(BillModelClient model, PageItem item, PdfPage page, ItemLease lease)
    {
        // A clean text says all, and a picture of it would only cost more.
        item.Request ??= new BillPageRequest(page.PageNumber, BillPageRequest.IsTextEnough(page) ? default : await ImageOfAsync(page, lease.CancellationToken).ConfigureAwait(false), page.Text);
        var bill = await model.ReadAsync(item.Request, lease, lease.CancellationToken).ConfigureAwait(false);
        var result = PdfResult.Of(options.KeepsImages ? page : page with { Image = null });
        BillResult.AddTo(result, bill);
        return new ExtractedPage(page, result, bill);
    }

    private static async Task<ReadOnlyMemory<byte>> ImageOfAsync(PdfPage page, CancellationToken cancellationToken) =>
        page.Image is { Path: { } path } ? await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false) : page.Image?.Bytes ?? default;

    /// <summary>What an attempt yielded, with what its object was made of.</summary>
    private sealed class ExtractedPage(PdfPage page, PSObject result, BillPage? bill = null) : ItemOutput([result], [])
    {
        public PdfPage Page { get; } = page;

        public BillPage? Bill { get; } = bill;
    }
}
