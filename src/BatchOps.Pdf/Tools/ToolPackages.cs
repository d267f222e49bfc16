namespace BatchOps.Pdf.Tools;

/// <summary>How the tools are installed on each system.</summary>
internal static class ToolPackages
{
    private static readonly Dictionary<string, (string Debian, string Fedora, string MacOS, string Windows)> Packages = new(StringComparer.Ordinal)
    {
        ["Poppler"] = ("poppler-utils", "poppler-utils", "poppler", "oschwartz10612.Poppler"),
        ["poppler-data"] = ("poppler-data", "poppler-data", "poppler", "oschwartz10612.Poppler"),
        ["qpdf"] = ("qpdf", "qpdf", "qpdf", "QPDF.QPDF"),
        ["Tesseract"] = ("tesseract-ocr", "tesseract", "tesseract", "UB-Mannheim.TesseractOCR"),
    };

    public static IReadOnlyDictionary<string, string> Install(string component)
    {
        var (debian, fedora, macOS, windows) = Packages[component];
        return Commands(debian, fedora, macOS, windows);
    }

    /// <summary>The commands for a language of Tesseract's.</summary>
    public static IReadOnlyDictionary<string, string> InstallLanguage(string language) =>
        Commands($"tesseract-ocr-{language.Replace('_', '-').ToLowerInvariant()}", $"tesseract-langpack-{language}", "tesseract-lang", "UB-Mannheim.TesseractOCR");

    /// <summary>What to type on this system.</summary>
    public static string Here(IReadOnlyDictionary<string, string> install)
    {
        var system = OperatingSystem.IsWindows() ? "Windows"
            : OperatingSystem.IsMacOS() ? "macOS"
            : File.Exists("/etc/debian_version") ? "Debian"
            : File.Exists("/etc/redhat-release") ? "Fedora"
            : null;
        return system is null ? $"{install["Debian"]}' or '{install["Fedora"]}" : install[system];
    }

    private static Dictionary<string, string> Commands(string debian, string fedora, string macOS, string windows) => new(StringComparer.Ordinal)
    {
        ["Debian"] = $"sudo apt-get install {debian}",
        ["Fedora"] = $"sudo dnf install {fedora}",
        ["macOS"] = $"brew install {macOS}",
        ["Windows"] = $"winget install {windows}",
    };
}
