using System.Text;

namespace BatchOps.Pdf.Tests;

/// <summary>Processes that still work on a file.</summary>
internal static class ChildProcesses
{
    /// <summary>Command lines that name the file; empty where the system does not tell.</summary>
    public static List<string> Of(string name) => !OperatingSystem.IsLinux()
        ? []
        : Directory.GetDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out var id) && id != Environment.ProcessId)
            .Select(CommandLine)
            .Where(line => line.Contains(name, StringComparison.Ordinal) && (line.Contains("pdf", StringComparison.Ordinal) || line.Contains("tesseract", StringComparison.Ordinal)))
            .ToList();

    private static string CommandLine(string folder)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, "cmdline"))).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return string.Empty;
        }
        catch (UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
