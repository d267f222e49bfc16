namespace BatchOps.Slides.Google;

/// <summary>
/// Tells other runs on this machine that one is alive, by a file that it holds open: the system lets go of it however the
/// process ends.
/// </summary>
internal sealed class RunMarker : IDisposable
{
    private readonly FileStream? _held;

    /// <summary>Begins to be alive. Where nothing can be written nobody is told, and other runs go by the age of uploads alone.</summary>
    /// <param name="folder">Where the markers are.</param>
    /// <param name="run">The run.</param>
    public RunMarker(string folder, Guid run)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            _held = new FileStream(PathOf(folder, run), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
        }
    }

    /// <summary>Where markers are kept when nothing else is said.</summary>
    public static string DefaultFolder { get; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "BatchOps", "uploads");

    /// <summary>Whether a run is alive; null for a run that this machine knows nothing of.</summary>
    public static bool? IsAlive(string folder, Guid run)
    {
        try
        {
            using var free = new FileStream(PathOf(folder, run), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Forgets dead runs that are older than any decision that hangs on them.</summary>
    public static void Tidy(string folder, DateTimeOffset before)
    {
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.run"))
            {
                if (file.LastWriteTimeUtc < before.UtcDateTime && Guid.TryParseExact(Path.GetFileNameWithoutExtension(file.Name), "N", out var run) && IsAlive(folder, run) == false)
                {
                    file.Delete();
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Another run is doing the same, or there is nothing yet.
        }
    }

    /// <summary>The run left nothing behind: nobody needs to know of it.</summary>
    public void Remove()
    {
        Dispose();
        try
        {
            if (_held is not null)
            {
                File.Delete(_held.Name);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It says "dead", and that is so.
        }
    }

    /// <summary>The run is over, and has left something behind.</summary>
    public void Dispose() => _held?.Dispose();

    private static string PathOf(string folder, Guid run) => Path.Combine(folder, $"{run:N}.run");
}
