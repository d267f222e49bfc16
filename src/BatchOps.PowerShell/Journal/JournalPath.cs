using System.Management.Automation;

namespace BatchOps.PowerShell.Journal;

/// <summary>Finds the file that a parameter names, as PowerShell sees it: drives, and the session's own location.</summary>
internal static class JournalPath
{
    /// <summary>The path in the file system. No wildcards: it names one file, which may not exist yet.</summary>
    /// <param name="session">The caller's session.</param>
    /// <param name="parameter">Name of the parameter.</param>
    /// <param name="path">What was given.</param>
    /// <param name="errorId">Id of the error; null for the parameter's name with PathInvalid.</param>
    /// <exception cref="BatchArgumentException">It is the path of something else.</exception>
    public static string Resolve(SessionState session, string parameter, string path, string? errorId = null)
    {
        var file = session.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        return provider.Name == "FileSystem"
            ? file
            : throw new BatchArgumentException(errorId ?? $"{parameter}PathInvalid", $"-{parameter} is '{path}', a path of the provider {provider.Name}; it must name a file.", path);
    }
}
