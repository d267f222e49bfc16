using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf;

/// <summary>An open PDF file: its pages counted and measured, decrypted when it needed a password. Safe for many threads.</summary>
public sealed class PdfFile : IDisposable
{
    private readonly PrivateFolder? _folder;

    private PdfFile(PdfTools tools, string path, string contentPath, PrivateFolder? folder, FileFacts facts)
    {
        Tools = tools;
        Path = path;
        ContentPath = contentPath;
        _folder = folder;
        PageCount = facts.PageCount;
        Messages = facts.Messages;
        Pages = facts.Pages;
    }

    /// <summary>Full path of the file, or the name that its bytes were given.</summary>
    public string Path { get; }

    /// <summary>How many pages it has.</summary>
    public int PageCount { get; }

    /// <summary>What the tools said when the file was opened: it is damaged somewhere.</summary>
    public IReadOnlyList<string> Messages { get; }

    /// <summary>Sizes of the pages; shorter than <see cref="PageCount"/>, or empty, where they can't be had.</summary>
    public IReadOnlyList<PdfPageInfo> Pages { get; }

    internal PdfTools Tools { get; }

    /// <summary>What the tools read: the file itself, or a private copy.</summary>
    internal string ContentPath { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="tools">The tools that read it.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is opened.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <exception cref="PdfException">It can't be opened; the message says why and what to do.</exception>
    public static async Task<PdfFile> OpenAsync(PdfTools tools, string path, PdfOpenOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        path = System.IO.Path.GetFullPath(path);
        return await FileOpening.OpenAsync(tools, path, path, folder: null, options ?? new PdfOpenOptions(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a file that is in memory; a private copy is written to disk for the tools.</summary>
    /// <param name="tools">The tools that read it.</param>
    /// <param name="content">The file's content.</param>
    /// <param name="options">How it is opened.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <exception cref="PdfException">It can't be opened; the message says why and what to do.</exception>
    public static Task<PdfFile> OpenAsync(PdfTools tools, ReadOnlyMemory<byte> content, PdfOpenOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tools);
        return FileOpening.CopyAsync(tools, (file, token) => file.WriteAsync(content, token), content.Length, options ?? new PdfOpenOptions(), cancellationToken);
    }

    /// <summary>Opens a file that comes as a stream; a private copy is written to disk for the tools. The stream stays open.</summary>
    /// <param name="tools">The tools that read it.</param>
    /// <param name="content">The file's content.</param>
    /// <param name="options">How it is opened.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <exception cref="PdfException">It can't be opened; the message says why and what to do.</exception>
    public static Task<PdfFile> OpenAsync(PdfTools tools, Stream content, PdfOpenOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(content);
        return FileOpening.CopyAsync(tools, (file, token) => CopyAsync(content, file, tools.Limits.FileBytes, token), length: 0, options ?? new PdfOpenOptions(), cancellationToken);
    }

    /// <summary>Size of a page; unknown sizes are 0.</summary>
    internal PdfPageInfo Info(int page) => page <= Pages.Count ? Pages[page - 1] : default;

    /// <summary>Deletes private copies. Extraction from the file must have ended.</summary>
    public void Dispose() => _folder?.Dispose();

    internal static PdfFile Create(PdfTools tools, string path, string contentPath, PrivateFolder? folder, FileFacts facts) => new(tools, path, contentPath, folder, facts);

    private static async ValueTask CopyAsync(Stream from, Stream to, long max, CancellationToken cancellationToken)
    {
        var buffer = new byte[128 << 10];
        long total = 0;
        while (await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            total += read;
            FileOpening.CheckSize(total, max);
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }
}
