using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf.Tests.Tools;

public sealed class PdfToolsTests
{
    [Fact]
    public async Task Find_ToolsOfThisMachine_HaveFullPathsAndVersions()
    {
        using var bench = await Bench.NewAsync();

        Assert.All(bench.Tools.Tools, tool => Assert.True(Path.IsPathFullyQualified(tool.Path)));
        Assert.All(bench.Tools.Tools, tool => Assert.NotNull(tool.Version));
        Assert.DoesNotContain(bench.Tools.Problems, problem => problem.IsRequired);
    }

    [Fact]
    public async Task Find_NothingThere_SaysWhatIsMissingAndHowToInstallIt()
    {
        var folder = Directory.CreateTempSubdirectory("batchops-pdf-none-").FullName;
        using var tools = await PdfTools.FindAsync(new PdfToolsOptions { Folders = [folder] }, TestContext.Current.CancellationToken);
        Directory.Delete(folder);

        Assert.Empty(tools.Tools);
        Assert.Equal(["Poppler", "qpdf", "Tesseract"], tools.Problems.Select(problem => problem.Component));
        Assert.Equal([true, false, false], tools.Problems.Select(problem => problem.IsRequired));
        Assert.All(tools.Problems, problem => Assert.Equal(["Debian", "Fedora", "macOS", "Windows"], problem.Install.Keys));
        Assert.Equal("sudo apt-get install poppler-utils", tools.Problems[0].Install["Debian"]);
        var exception = await Assert.ThrowsAsync<PdfException>(() => PdfFile.OpenAsync(tools, "any.pdf", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(PdfFault.ToolMissing, exception.Fault);
        Assert.Contains("pdftotext, pdfinfo, pdftoppm not found", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Install it by '", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pdftotext version 4.04 [www.xpdfreader.com]", "is not Poppler's")]
    [InlineData("pdftotext version 0.62.0 - http://poppler.freedesktop.org", "is of version 0.62.0; Poppler 20.09 or later is needed")]
    public async Task Find_OtherOrOldTool_IsAProblem(string says, string problem)
    {
        using var folder = await ToolFolder.NewAsync();
        folder.Replace("pdftotext", $"echo '{says}' >&2");
        using var bench = await Bench.NewAsync(folders: [folder.Path]);

        Assert.Contains(problem, Assert.Single(bench.Tools.Problems, found => found.Component == "Poppler").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_PopplerWithoutItsData_IsAProblem()
    {
        using var folder = await ToolFolder.NewAsync();
        folder.Replace("pdftotext", "case \"$1\" in -v) exec $REAL -v;; esac; printf '\\f'");
        using var bench = await Bench.NewAsync(folders: [folder.Path]);

        var problem = Assert.Single(bench.Tools.Problems, found => found.Component == "poppler-data");
        Assert.False(problem.IsRequired);
        Assert.Equal("sudo dnf install poppler-data", problem.Install["Fedora"]);
    }

    [Fact]
    public async Task Find_FolderThatIsRelative_IsNotLookedInto()
    {
        using var tools = await PdfTools.FindAsync(new PdfToolsOptions { Folders = [".", "bin"] }, TestContext.Current.CancellationToken);

        Assert.Empty(tools.Tools);
    }
}
