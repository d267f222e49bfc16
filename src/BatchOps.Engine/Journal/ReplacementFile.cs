using System.Buffers.Binary;

namespace BatchOps.Engine;

/// <summary>Writes a file beside its place and moves it there when it is whole, so nobody ever sees half of it.</summary>
/// <remarks>A new file can be read by its owner only; one that is replaced keeps its mode.</remarks>
internal sealed class ReplacementFile : IDisposable
{
    // Where SQLite has the id of the application that a file belongs to.
    private const int ApplicationIdOffset = 68;

    private readonly string _target;
    private readonly string _temporary;
    private readonly bool _overwrite;
    private bool _done;

    /// <summary>Begins the file.</summary>
    /// <param name="path">Its place. A link is followed.</param>
    /// <param name="overwrite">Whether a file that is there may be replaced.</param>
    /// <exception cref="ExportException">It can't be made there.</exception>
    public ReplacementFile(string path, bool overwrite)
    {
        Check(path, overwrite);
        _target = Path.GetFullPath((File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? path);
        _overwrite = overwrite;
        _temporary = Path.Combine(Path.GetDirectoryName(_target)!, $".{Path.GetFileName(_target)}.{Path.GetRandomFileName()}");
        Stream = Guard(_target, () => JournalFile.CreatePrivate(_temporary, FileMode.CreateNew));
    }

    /// <summary>What is to be written to.</summary>
    public FileStream Stream { get; }

    /// <summary>Fails when a file can't be made there, without making it.</summary>
    /// <exception cref="ExportException">It can't.</exception>
    public static void Check(string path, bool overwrite)
    {
        if (Directory.Exists(path))
        {
            throw new ExportException(JournalFault.Inaccessible, $"'{path}' is a folder. Name a file.");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            throw new ExportException(JournalFault.Inaccessible, $"The file '{path}' can't be made: there is no folder '{folder}'. Make it first.");
        }

        if (!File.Exists(path))
        {
            return;
        }

        if (!overwrite)
        {
            throw new ExportException(JournalFault.Exists, $"The file '{path}' exists. Name another one, or say -Force to replace it.");
        }

        if (Guard(path, () => IsJournal(path)))
        {
            throw new ExportException(JournalFault.Foreign, $"The file '{path}' is a journal, which results must not replace. Name another file.");
        }
    }

    /// <summary>Puts the file into its place.</summary>
    /// <exception cref="ExportException">It can't be put there.</exception>
    public void Commit() => Guard(_target, () =>
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        if (!OperatingSystem.IsWindows() && File.Exists(_target))
        {
            File.SetUnixFileMode(_temporary, File.GetUnixFileMode(_target));
        }

        File.Move(_temporary, _target, _overwrite);
        return _done = true;
    });

    /// <summary>Leaves nothing behind when the file was not put into its place.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (!_done)
        {
            File.Delete(_temporary);
        }
    }

    /// <summary>Whether a file is a journal, whatever its name.</summary>
    internal static bool IsJournal(string path)
    {
        Span<byte> header = stackalloc byte[ApplicationIdOffset + sizeof(int)];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length
            && header.StartsWith("SQLite format 3\0"u8)
            && BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdOffset..]) == JournalSchema.ApplicationId;
    }

    private static T Guard<T>(string path, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception error) when (error is UnauthorizedAccessException or (IOException and not ExportException))
        {
            throw new ExportException(JournalFault.Inaccessible, $"The file '{path}' can't be written: {error.Message}", error);
        }
    }
}
