using System.Text;

namespace BatchOps.Pdf.Tests;

/// <summary>Processes that still work on something.</summary>
internal static class ChildProcesses
{
    private static readonly string[] Tools = ["pdftotext", "pdfinfo", "pdftoppm", "qpdf", "tesseract"];

    /// <summary>Command lines of tools that name the file; empty where the system does not tell.</summary>
    public static List<string> Of(string file) => Naming(file).Where(line => Tools.Any(tool => line.Contains(tool + " ", StringComparison.Ordinal))).ToList();

    /// <summary>Command lines that hold a text.</summary>
    public static List<string> Naming(string text) => !OperatingSystem.IsLinux()
        ? []
        : Directory.GetDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out var id) && id != Environment.ProcessId)
            .Select(CommandLine)
            .Where(line => line.Contains(text, StringComparison.Ordinal))
            .ToList();

    /// <summary>Looks again and again until it is so: other processes tell nobody when they come and go.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows processes in /proc.");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!isSo())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static string CommandLine(string folder)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, "cmdline"))).Replace('\0', ' ');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
