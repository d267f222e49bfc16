using System.Diagnostics;
using BatchOps.Pdf.Tools;
using BatchOps.Tests;

namespace BatchOps.Pdf.Tests;

/// <summary>The tools of this machine, with a folder of their own for what is temporary.</summary>
internal sealed class Bench : IDisposable
{
    public static readonly string Corpus = Path.Combine(Checkout.Root, "..", "shared", "corpus", "pdf");

    private Bench(string folder, PdfTools tools)
    {
        Folder = folder;
        Tools = tools;
    }

    public PdfTools Tools { get; }

    /// <summary>What is left in here at the end was left behind.</summary>
    public string Folder { get; }

    /// <summary>Finds the tools; skips the test where they are not.</summary>
    public static async Task<Bench> NewAsync(PdfLimits? limits = null, int processes = 2, TimeProvider? time = null, IReadOnlyList<string>? folders = null, params string[] needed)
    {
        var folder = Directory.CreateTempSubdirectory("batchops-pdf-test-").FullName;
        var tools = await PdfTools.FindAsync(
            new PdfToolsOptions { Folders = folders, Limits = limits ?? new PdfLimits(), MaxProcesses = processes, TempFolder = folder, TimeProvider = time ?? TimeProvider.System },
            TestContext.Current.CancellationToken);
        var bench = new Bench(folder, tools);
        foreach (var name in needed.Concat(["pdftotext", "pdfinfo", "pdftoppm"]))
        {
            if (tools.Tools.All(tool => tool.Name != name))
            {
                bench.Dispose();
                Assert.Skip($"{name} is not installed.");
            }
        }

        return bench;
    }

    /// <summary>Skips the test where Helvetica is drawn in a font that is not like it: what Tesseract then reads is not for us to say.</summary>
    public void RequireHelvetica()
    {
        if (OperatingSystem.IsLinux() && !Directory.Exists("/usr/share/fonts/opentype/urw-base35"))
        {
            Dispose();
            Assert.Skip("The fonts for Helvetica are not installed (fonts-urw-base35).");
        }
    }

    /// <summary>A file of the corpus; skips the test where it is not.</summary>
    public static string CorpusFile(string name)
    {
        var path = Path.Combine(Corpus, name);
        Assert.SkipUnless(File.Exists(path), "The corpus of real files is not beside the checkout.");
        return path;
    }

    public async Task<List<PdfPage>> ExtractAsync(string path, PdfExtractOptions? options = null, string? ranges = null, PdfOpenOptions? open = null)
    {
        using var file = await PdfFile.OpenAsync(Tools, path, open, TestContext.Current.CancellationToken);
        return await ExtractAsync(file, options, ranges);
    }

    public async Task<List<PdfPage>> ExtractAsync(PdfWriter writer, PdfExtractOptions? options = null, string? ranges = null)
    {
        using var file = await PdfFile.OpenAsync(Tools, writer.ToArray(), cancellationToken: TestContext.Current.CancellationToken);
        return await ExtractAsync(file, options, ranges);
    }

    public static async Task<List<PdfPage>> ExtractAsync(PdfFile file, PdfExtractOptions? options = null, string? ranges = null)
    {
        var pages = new List<PdfPage>();
        await foreach (var page in PdfPages.ExtractAsync(file, PageRanges.Parse(ranges, file.PageCount), options, TestContext.Current.CancellationToken))
        {
            pages.Add(page);
        }

        return pages.OrderBy(page => page.PageNumber).ToList();
    }

    /// <summary>The one page that something is wrong with, by its number.</summary>
    public static PdfPage OnlyBlamed(IReadOnlyList<PdfPage> pages, int number)
    {
        Assert.Equal([number], pages.Where(page => page.Status != PdfPageStatus.Ok).Select(page => page.PageNumber));
        return pages.Single(page => page.PageNumber == number);
    }

    /// <summary>What a tool itself writes, called plainly.</summary>
    public async Task<string> RunAsync(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(Tools.Tools.First(found => found.Name == tool).Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return text;
    }

    public void Dispose()
    {
        Tools.Dispose();
        var left = Directory.GetFileSystemEntries(Folder);
        Directory.Delete(Folder, recursive: true);
        Assert.Empty(left);
    }
}
