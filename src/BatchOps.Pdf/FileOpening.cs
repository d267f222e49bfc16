using System.Globalization;
using System.Text;
using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf;

/// <summary>Opens files: copies what is not on disk, counts pages, takes passwords off.</summary>
internal static class FileOpening
{
    private const int HeaderBytes = 1024;
    private const int MaxFactBytes = 64 << 20;

    public static async Task<PdfFile> CopyAsync(PdfTools tools, Func<Stream, CancellationToken, ValueTask> copy, long length, PdfOpenOptions options, CancellationToken cancellationToken)
    {
        CheckSize(length, tools.Limits.FileBytes);
        var folder = tools.NewFolder();
        try
        {
            var path = folder.File("document.pdf");
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                await copy(file, cancellationToken).ConfigureAwait(false);
            }

            return await OpenAsync(tools, options.Name, path, folder, options, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file that lies on disk.</summary>
    /// <param name="tools">The tools.</param>
    /// <param name="name">What the file is called in messages.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="folder">The private folder it lies in; disposed with the file.</param>
    /// <param name="options">How it is opened.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<PdfFile> OpenAsync(PdfTools tools, string name, string path, PrivateFolder? folder, PdfOpenOptions options, CancellationToken cancellationToken)
    {
        tools.Require("pdfinfo");
        tools.Require("pdftotext");
        var isPdf = CheckHeader(name, path);
        var info = await InfoAsync(tools, path, measure: true, cancellationToken).ConfigureAwait(false);
        PrivateFolder? own = null;
        try
        {
            if (IsLocked(info))
            {
                own = folder is null ? tools.NewFolder() : null;
                path = await DecryptAsync(tools, name, path, (own ?? folder)!, options.Password, cancellationToken).ConfigureAwait(false);
                info = await InfoAsync(tools, path, measure: true, cancellationToken).ConfigureAwait(false);
            }

            var facts = await FactsAsync(tools, name, path, info, isPdf, cancellationToken).ConfigureAwait(false);
            return PdfFile.Create(tools, name, path, own ?? folder, facts);
        }
        catch
        {
            own?.Dispose();
            throw;
        }
    }

    /// <summary>Refuses what is too large to be copied.</summary>
    /// <exception cref="PdfException">It is too large.</exception>
    public static void CheckSize(long length, long max)
    {
        if (length > max)
        {
            throw new PdfException(PdfFault.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The file is larger than {max:N0} bytes; write it to disk and give its path, or raise the limit."));
        }
    }

    // Measuring touches every page, and one of them can hang: then counting alone, and at last qpdf's count.
    private static async Task<FileFacts> FactsAsync(PdfTools tools, string name, string path, ToolResult info, bool isPdf, CancellationToken cancellationToken)
    {
        if (info.IsSuccess && FileFacts.Parse(info.Output.Span, info.Messages) is { } facts)
        {
            return facts;
        }

        if (info.End != ToolEnd.Exited || info.ExitCode > 128)
        {
            var count = await InfoAsync(tools, path, measure: false, cancellationToken).ConfigureAwait(false);
            if (count.IsSuccess && FileFacts.Parse(count.Output.Span, count.Messages) is { } counted)
            {
                return counted;
            }
        }

        if (tools.Find("qpdf") is { } qpdf)
        {
            var count = await tools.RunAsync(new ToolCommand(qpdf, ["--show-npages", path], tools.Limits.OpenTimeout, MaxFactBytes), cancellationToken).ConfigureAwait(false);

            // Exit code 3: counted, with warnings.
            if (count.End == ToolEnd.Exited && count.ExitCode is 0 or 3
                && int.TryParse(Encoding.UTF8.GetString(count.Output.Span), NumberStyles.Integer, CultureInfo.InvariantCulture, out var pages) && pages > 0)
            {
                return new FileFacts(pages, [], [.. info.Messages, "Poppler could not count the pages; the count is qpdf's."]);
            }
        }

        throw Broken(name, info, isPdf, tools.Limits.OpenTimeout);
    }

    private static PdfException Broken(string name, ToolResult info, bool isPdf, TimeSpan timeout)
    {
        if (info.End == ToolEnd.TimedOut)
        {
            return new PdfException(PdfFault.TimedOut, string.Create(CultureInfo.InvariantCulture, $"The pages of '{name}' could not be counted in {timeout.TotalSeconds} s; the file is broken, or the time limit for opening wants to be higher."));
        }

        return isPdf
            ? new PdfException(PdfFault.Damaged, $"'{name}' is damaged: {(info.Messages.Count > 0 ? string.Join(" ", info.Messages.Take(3)) : "no page could be found.")} Ask its source for another copy, or try 'qpdf' to repair it.")
            : new PdfException(PdfFault.NotAPdf, $"'{name}' is no PDF: it does not begin with '%PDF-'.");
    }

    private static Task<ToolResult> InfoAsync(PdfTools tools, string path, bool measure, CancellationToken cancellationToken)
    {
        string[] arguments = measure ? ["-enc", "UTF-8", "-f", "1", "-l", "999999", path] : ["-enc", "UTF-8", path];
        return tools.RunAsync(new ToolCommand(tools.Require("pdfinfo"), arguments, tools.Limits.OpenTimeout, MaxFactBytes), cancellationToken);
    }

    private static bool IsLocked(ToolResult info) =>
        info.End == ToolEnd.Exited && info.ExitCode != 0 && info.Messages.Any(message => message.Contains("Incorrect password", StringComparison.Ordinal));

    private static async Task<string> DecryptAsync(PdfTools tools, string name, string path, PrivateFolder folder, string? password, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(password))
        {
            throw new PdfException(PdfFault.PasswordMissing, $"'{name}' is protected: give the password that opens it.");
        }

        if (password.AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            throw new PdfException(PdfFault.PasswordWrong, $"The password for '{name}' has a line break in it; leave it out.");
        }

        var copy = folder.File("decrypted.pdf");
        var result = await tools.RunAsync(
            new ToolCommand(tools.Require("qpdf"), ["--password-file=-", "--decrypt", path, copy], tools.Limits.OpenTimeout, MaxFactBytes) { Input = Encoding.UTF8.GetBytes(password + "\n") },
            cancellationToken).ConfigureAwait(false);
        if (result.End == ToolEnd.Exited && result.ExitCode is 0 or 3)
        {
            return copy;
        }

        if (result.Messages.Any(message => message.Contains("invalid password", StringComparison.Ordinal)))
        {
            throw new PdfException(PdfFault.PasswordWrong, $"The password does not open '{name}'; give the one that its author set for opening.");
        }

        throw result.End == ToolEnd.TimedOut
            ? new PdfException(PdfFault.TimedOut, string.Create(CultureInfo.InvariantCulture, $"'{name}' could not be decrypted in {tools.Limits.OpenTimeout.TotalSeconds} s."))
            : new PdfException(PdfFault.Damaged, $"'{name}' could not be decrypted: {string.Join(" ", result.Messages.Take(3))}");
    }

    // True when the file says it is a PDF; what comes before may be a mail's or a proxy's header.
    private static bool CheckHeader(string name, string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> header = stackalloc byte[HeaderBytes];
            var length = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
            return length == 0
                ? throw new PdfException(PdfFault.Empty, $"'{name}' is empty.")
                : header[..length].IndexOf("%PDF-"u8) >= 0;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PdfException(PdfFault.NotFound, $"There is no file '{name}'.", exception);
        }
        catch (UnauthorizedAccessException exception) when (Directory.Exists(path))
        {
            throw new PdfException(PdfFault.NotFound, $"'{name}' is a folder; give the files in it.", exception);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or (IOException and not PdfException))
        {
            throw new PdfException(PdfFault.NotFound, $"'{name}' can't be read: {exception.Message}", exception);
        }
    }
}
