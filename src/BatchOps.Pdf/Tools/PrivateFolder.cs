namespace BatchOps.Pdf.Tools;

/// <summary>A folder that only this user can read, gone with everything in it at the end.</summary>
internal sealed class PrivateFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public PrivateFolder(string? parent)
    {
        Path = System.IO.Path.GetFullPath(System.IO.Path.Combine(parent ?? System.IO.Path.GetTempPath(), $"batchops-pdf-{Guid.NewGuid():N}"));
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            Directory.CreateDirectory(Path, OwnerOnly);
        }
    }

    /// <summary>Its full path.</summary>
    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The content of all its files, in the order of their names; null when it is more than may be.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(long max, CancellationToken cancellationToken)
    {
        var files = new DirectoryInfo(Path).GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        var length = files.Sum(file => file.Length);
        if (length > Math.Min(max, Array.MaxLength))
        {
            return null;
        }

        var content = GC.AllocateUninitializedArray<byte>((int)length).AsMemory();
        var rest = content;
        foreach (var file in files)
        {
            var stream = file.OpenRead();
            await using (stream.ConfigureAwait(false))
            {
                await stream.ReadExactlyAsync(rest[..(int)file.Length], cancellationToken).ConfigureAwait(false);
            }

            rest = rest[(int)file.Length..];
        }

        return content;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody tidied up before us.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file that another program holds open stays behind; there is nobody to tell.
        }
    }
}
