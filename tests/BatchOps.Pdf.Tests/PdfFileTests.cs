using System.Text;

namespace BatchOps.Pdf.Tests;

public sealed class PdfFileTests
{
    [Fact]
    public async Task Open_PagesOfManySizes_AreMeasuredAsTheyAreSeen()
    {
        using var bench = await Bench.NewAsync();
        var writer = new PdfWriter();
        writer.AddPage(200, 300).Text(20, 20, "one");
        writer.AddPage(400, 100, rotate: 90).Text(20, 20, "two");
        writer.AddPage(200, 300).Crop(10, 20, 110, 220).Text(20, 40, "three");

        using var file = await PdfFile.OpenAsync(bench.Tools, writer.ToArray(), new PdfOpenOptions { Name = "sizes.pdf" }, TestContext.Current.CancellationToken);

        Assert.Equal(("sizes.pdf", 3), (file.Path, file.PageCount));
        Assert.Equal([new PdfPageInfo(200, 300, 0), new PdfPageInfo(400, 100, 90), new PdfPageInfo(100, 200, 0)], file.Pages);
        Assert.Empty(file.Messages);
    }

    [Fact]
    public async Task Open_Stream_IsCopiedAndStaysOpen()
    {
        using var bench = await Bench.NewAsync();
        using var stream = new MemoryStream(OnePage());

        using (var file = await PdfFile.OpenAsync(bench.Tools, stream, cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.Equal("hello\n\n", Assert.Single(await Bench.ExtractAsync(file)).Text);
            Assert.Single(Directory.GetDirectories(bench.Folder));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Directory.GetDirectories(bench.Folder)[0]));
            }
        }

        Assert.Empty(Directory.GetDirectories(bench.Folder));
        Assert.True(stream.CanRead);
    }

    [Fact]
    public async Task Open_StreamBeyondTheLimit_ThrowsAndLeavesNothing()
    {
        using var bench = await Bench.NewAsync(new PdfLimits { FileBytes = 100 });
        using var stream = new MemoryStream(OnePage());

        await ThrowsAsync(PdfFault.TooLarge, "larger than 100 bytes", () => PdfFile.OpenAsync(bench.Tools, stream, cancellationToken: TestContext.Current.CancellationToken));
        await ThrowsAsync(PdfFault.TooLarge, "larger than 100 bytes", () => PdfFile.OpenAsync(bench.Tools, OnePage(), cancellationToken: TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("", PdfFault.Empty, "'document.pdf' is empty")]
    [InlineData("Dear reader,\nthis is a letter.", PdfFault.NotAPdf, "'document.pdf' is no PDF: it does not begin with '%PDF-'")]
    [InlineData("%PDF-1.7\nand nothing else", PdfFault.Damaged, "'document.pdf' is damaged")]
    [InlineData("PK\u0003\u0004 an archive", PdfFault.NotAPdf, "is no PDF")]
    public async Task Open_NoPdf_SaysSo(string content, PdfFault fault, string message)
    {
        using var bench = await Bench.NewAsync();

        await ThrowsAsync(fault, message, () => PdfFile.OpenAsync(bench.Tools, Encoding.Latin1.GetBytes(content), cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Open_Folder_SaysSo()
    {
        using var bench = await Bench.NewAsync();

        var exception = await Assert.ThrowsAsync<PdfException>(() => PdfFile.OpenAsync(bench.Tools, bench.Folder, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((PdfFault.NotFound, $"'{bench.Folder}' is a folder; give the files in it."), (exception.Fault, exception.Message));
    }

    [Fact]
    public async Task Open_NoSuchFile_SaysSo()
    {
        using var bench = await Bench.NewAsync();
        var path = Path.Combine(bench.Folder, "none.pdf");

        await ThrowsAsync(PdfFault.NotFound, $"There is no file '{path}'", () => PdfFile.OpenAsync(bench.Tools, path, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Open_Truncated_WhatCanBeReadIs()
    {
        using var bench = await Bench.NewAsync();
        var writer = new PdfWriter();
        for (var i = 1; i <= 5; i++)
        {
            writer.AddPage().Text(40, 60, $"page {i}");
        }

        var whole = writer.ToArray();
        await ThrowsAsync(PdfFault.Damaged, "'document.pdf' is damaged: ", () => PdfFile.OpenAsync(bench.Tools, whole.AsMemory(0, whole.Length / 2), cancellationToken: TestContext.Current.CancellationToken));
        using var file = await PdfFile.OpenAsync(bench.Tools, whole.AsMemory(0, whole.Length - 15), cancellationToken: TestContext.Current.CancellationToken);
        var pages = await Bench.ExtractAsync(file);

        Assert.Equal([1, 2, 3, 4, 5], pages.Select(page => page.PageNumber));
        Assert.All(pages, page => Assert.Equal($"page {page.PageNumber}\n\n", page.Text));
    }

    [Fact]
    public async Task Open_Password_IsNeededAndChecked()
    {
        using var bench = await Bench.NewAsync(needed: "qpdf");
        var path = await EncryptedAsync(bench, "s\u00e9cret word");

        await ThrowsAsync(PdfFault.PasswordMissing, "give the password that opens it", () => PdfFile.OpenAsync(bench.Tools, path, cancellationToken: TestContext.Current.CancellationToken));
        await ThrowsAsync(PdfFault.PasswordWrong, "The password does not open", () => PdfFile.OpenAsync(bench.Tools, path, new PdfOpenOptions { Password = "guess" }, TestContext.Current.CancellationToken));
        await ThrowsAsync(PdfFault.PasswordWrong, "has a line break", () => PdfFile.OpenAsync(bench.Tools, path, new PdfOpenOptions { Password = "a\nb" }, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetDirectories(bench.Folder));
        using (var file = await PdfFile.OpenAsync(bench.Tools, path, new PdfOpenOptions { Password = "s\u00e9cret word" }, TestContext.Current.CancellationToken))
        {
            var page = Assert.Single(await Bench.ExtractAsync(file));
            Assert.Equal((path, "hello\n\n", PdfPageStatus.Ok), (page.Path, page.Text, page.Status));
        }

        Assert.Empty(Directory.GetDirectories(bench.Folder));
        File.Delete(path);
    }

    [Fact]
    public async Task Open_Password_IsOnNoCommandLine()
    {
        using var folder = await ToolFolder.NewAsync();
        var log = Path.Combine(folder.Path, "log");
        foreach (var tool in (string[])["qpdf", "pdfinfo", "pdftotext"])
        {
            folder.Replace(tool, $"printf '%s ' \"$@\" >> {log}; env >> {log}; exec $REAL \"$@\"");
        }

        using var bench = await Bench.NewAsync(folders: [folder.Path], needed: "qpdf");
        var path = await EncryptedAsync(bench, "canary");
        File.Delete(log);

        using (var file = await PdfFile.OpenAsync(bench.Tools, path, new PdfOpenOptions { Password = "canary" }, TestContext.Current.CancellationToken))
        {
            Assert.Equal("hello\n\n", Assert.Single(await Bench.ExtractAsync(file)).Text);
        }

        var said = await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken);
        Assert.Contains("--password-file=-", said, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", said, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public async Task Open_PasswordThatIsNotNeeded_IsIgnored()
    {
        using var bench = await Bench.NewAsync();

        using var file = await PdfFile.OpenAsync(bench.Tools, OnePage(), new PdfOpenOptions { Password = "any" }, TestContext.Current.CancellationToken);

        Assert.Equal("hello\n\n", Assert.Single(await Bench.ExtractAsync(file)).Text);
    }

    [Fact]
    public async Task Open_PageTreeThatHangs_CountIsQpdfs()
    {
        var path = Bench.CorpusFile("qpdf-shared-unnamed-field.pdf");
        using var bench = await Bench.NewAsync(new PdfLimits { OpenTimeout = TimeSpan.FromSeconds(1) }, needed: "qpdf");

        using var file = await PdfFile.OpenAsync(bench.Tools, path, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, file.PageCount);
        Assert.Contains(file.Messages, message => message.Contains("the count is qpdf's", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_PageTreeThatHangsWithoutQpdf_TimesOut()
    {
        var path = Bench.CorpusFile("qpdf-shared-unnamed-field.pdf");
        using var folder = await ToolFolder.NewAsync("qpdf");
        using var bench = await Bench.NewAsync(new PdfLimits { OpenTimeout = TimeSpan.FromSeconds(1) }, folders: [folder.Path]);

        await ThrowsAsync(PdfFault.TimedOut, "could not be counted in 1 s", () => PdfFile.OpenAsync(bench.Tools, path, cancellationToken: TestContext.Current.CancellationToken));
    }

    private static byte[] OnePage()
    {
        var writer = new PdfWriter();
        writer.AddPage().Text(40, 60, "hello");
        return writer.ToArray();
    }

    private static async Task<string> EncryptedAsync(Bench bench, string password)
    {
        var plain = Path.Combine(bench.Folder, "plain.pdf");
        var locked = Path.Combine(bench.Folder, "locked.pdf");
        await File.WriteAllBytesAsync(plain, OnePage(), TestContext.Current.CancellationToken);
        await bench.RunAsync("qpdf", "--encrypt", password, "owner", "256", "--", plain, locked);
        File.Delete(plain);
        return locked;
    }

    private static async Task ThrowsAsync(PdfFault fault, string message, Func<Task> action)
    {
        var exception = await Assert.ThrowsAsync<PdfException>(action);
        Assert.Equal(fault, exception.Fault);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }
}
