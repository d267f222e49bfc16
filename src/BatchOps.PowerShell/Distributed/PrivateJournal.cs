namespace BatchOps.PowerShell.Distributed;

/// <summary>The journal of runs on a broker that name none: the user's own, and nobody else's.</summary>
internal static class PrivateJournal
{
    private const UnixFileMode OwnFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes it ready.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="BatchArgumentException">It can't be made.</exception>
    public static string Prepare()
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        var path = Path.Combine(data.Length > 0 ? data : Path.GetTempPath(), "BatchOps", "journal.db");
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, OwnFolder);

                // SQLite gives the files beside it the same mode.
                using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BatchArgumentException("JournalRequired", $"A run on a broker needs a journal, and none can be kept at '{path}': {error.Message} Name another file with -Journal.", path, error);
        }

        return path;
    }
}
