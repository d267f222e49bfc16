using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace BatchOps.Pdf.Tools;

/// <summary>
/// The tools that read PDF files, found once and checked: Poppler, qpdf for passwords, Tesseract for images of text.
/// All files opened with the same object share its bound on child processes. Safe for many threads.
/// </summary>
public sealed partial class PdfTools : IDisposable
{
    private const string Poppler = "Poppler";
    private const string PopplerData = "poppler-data";
    private const string Qpdf = "qpdf";
    private const string TesseractName = "Tesseract";

    private static readonly string[] PopplerNeeds = ["pdftotext", "pdfinfo", "pdftoppm"];
    private static readonly Version OldestPoppler = new(20, 9);
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(PdfContent, PdfOcr), PagePace> _paces = new();
    private readonly SemaphoreSlim _processes;
    private readonly PdfToolsOptions _options;
    private readonly PdfTool? _prlimit;

    private PdfTools(PdfToolsOptions options)
    {
        _options = options;
        _processes = new SemaphoreSlim(options.MaxProcesses);
        _prlimit = OperatingSystem.IsLinux() ? Locate("prlimit", options.Folders) : null;
    }

    /// <summary>The tools that were found.</summary>
    public IReadOnlyList<PdfTool> Tools { get; private set; } = [];

    /// <summary>What is missing or unfit, with the command that installs it; empty when everything is there.</summary>
    public IReadOnlyList<PdfToolProblem> Problems { get; private set; } = [];

    /// <summary>Tesseract's names of the languages that it can read.</summary>
    public IReadOnlyList<string> OcrLanguages { get; private set; } = [];

    /// <summary>How many child processes run at once.</summary>
    public int MaxProcesses => _options.MaxProcesses;

    internal PdfLimits Limits => _options.Limits;

    internal TimeProvider Time => _options.TimeProvider;

    internal PdfTool? Tesseract => Find("tesseract");

    /// <summary>Looks for the tools and asks each for its version. Never throws for what is missing: look at <see cref="Problems"/>.</summary>
    /// <param name="options">Where to look.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<PdfTools> FindAsync(PdfToolsOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PdfToolsOptions();
        if (options.MaxProcesses < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxProcesses, "At least one process must be allowed.");
        }

        var tools = new PdfTools(options);
        await tools.CheckAsync(cancellationToken).ConfigureAwait(false);
        return tools;
    }

    /// <inheritdoc/>
    public void Dispose() => _processes.Dispose();

    /// <summary>A tool by its name; null when it is not there.</summary>
    internal PdfTool? Find(string name) => Tools.FirstOrDefault(tool => tool.Name == name);

    /// <summary>A tool by its name.</summary>
    /// <exception cref="PdfException">It is not there.</exception>
    internal PdfTool Require(string name) =>
        Find(name) ?? throw Missing(Problems.First(problem => problem.Component == Component(name)));

    /// <summary>Runs a tool as soon as a process is free. Its time starts then.</summary>
    internal async Task<ToolResult> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        if (!command.WritesFiles)
        {
            return await RunProcessAsync(command, cancellationToken).ConfigureAwait(false);
        }

        using var folder = NewFolder();
        var result = await RunProcessAsync(command with { Folder = folder }, cancellationToken).ConfigureAwait(false);
        return !result.IsSuccess ? result
            : await folder.ReadAsync(command.MaxOutput, cancellationToken).ConfigureAwait(false) is { } files ? result with { Output = files }
            : result with { End = ToolEnd.TooMuchOutput };
    }

    private async Task<ToolResult> RunProcessAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        await _processes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ToolProcess.RunAsync(command, Limits.MemoryBytes, _prlimit, Time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _processes.Release();
        }
    }

    /// <summary>The pace of a file's pages, which begins with what pages took of other files of which the same was wanted.</summary>
    internal PagePace NewPace(PdfExtractOptions options)
    {
        // Tesseract takes a tenth of a second to start: a run of pages that it reads is worth it only when it is longer.
        var moment = TimeSpan.FromSeconds(options.ReadsText && options.Ocr != PdfOcr.Never ? 5 : 1);
        return new PagePace(moment, _paces.GetOrAdd((options.Content, options.Ocr), _ => new PagePace(moment)));
    }

    internal PrivateFolder NewFolder() => new(_options.TempFolder);

    internal static PdfException Missing(PdfToolProblem problem) =>
        new(PdfFault.ToolMissing, $"{problem.Message} Install it by '{problem.InstallHere}'.");

    /// <summary>The problem with a language that Tesseract lacks; null when it has it.</summary>
    internal PdfToolProblem? LanguageProblem(string language) => OcrLanguages.Contains(language, StringComparer.Ordinal)
        ? null
        : new PdfToolProblem(TesseractName, $"Tesseract can't read language '{language}', only {string.Join(", ", OcrLanguages.Select(known => $"'{known}'"))}.", IsRequired: false, ToolPackages.InstallLanguage(language));

    private static string Component(string tool) => tool switch
    {
        "qpdf" => Qpdf,
        "tesseract" => TesseractName,
        _ => Poppler,
    };

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        string[] names = [.. PopplerNeeds, "pdftohtml", "qpdf", "tesseract"];
        var found = await Task.WhenAll(names.Select(name => AskAsync(name, cancellationToken))).ConfigureAwait(false);
        Tools = found.OfType<PdfTool>().ToList();
        var problems = new List<PdfToolProblem>();
        var poppler = Tools.Where(tool => Component(tool.Name) == Poppler).ToList();
        var missing = PopplerNeeds.Where(name => Find(name) is null).ToList();
        if (missing.Count > 0)
        {
            problems.Add(new(Poppler, $"Poppler's {string.Join(", ", missing)} not found: nothing can be read from PDF files without it.", IsRequired: true, ToolPackages.Install(Poppler)));
        }
        else if (poppler.Find(tool => tool.Version is null || tool.Version < OldestPoppler) is { } old)
        {
            var version = old.Version is null ? "is not Poppler's" : $"is of version {old.Version}";
            problems.Add(new(Poppler, $"'{old.Path}' {version}; Poppler {OldestPoppler.Major}.{OldestPoppler.Minor:00} or later is needed.", IsRequired: true, ToolPackages.Install(Poppler)));
        }
        else if (!await ReadsChineseAsync(cancellationToken).ConfigureAwait(false))
        {
            problems.Add(new(PopplerData, "Poppler has no poppler-data: Chinese, Japanese and Korean text is lost in many files.", IsRequired: false, ToolPackages.Install(PopplerData)));
        }

        if (Find("qpdf") is null)
        {
            problems.Add(new(Qpdf, "qpdf not found: files that need a password can't be read without it.", IsRequired: false, ToolPackages.Install(Qpdf)));
        }

        if (Tesseract is null)
        {
            problems.Add(new(TesseractName, "Tesseract not found: pages that are images can't be read without it.", IsRequired: false, ToolPackages.Install(TesseractName)));
        }
        else
        {
            OcrLanguages = await LanguagesAsync(Tesseract, cancellationToken).ConfigureAwait(false);
            if (OcrLanguages.Count == 0)
            {
                problems.Add(new(TesseractName, "Tesseract has no language data: pages that are images can't be read without it.", IsRequired: false, ToolPackages.InstallLanguage("eng")));
            }
        }

        Problems = problems;
    }

    private async Task<PdfTool?> AskAsync(string name, CancellationToken cancellationToken)
    {
        if (Locate(name, _options.Folders) is not { } tool)
        {
            return null;
        }

        var isPoppler = Component(name) == Poppler;
        try
        {
            var answer = await RunAsync(Check(tool, isPoppler ? "-v" : "--version"), cancellationToken).ConfigureAwait(false);
            var said = Encoding.UTF8.GetString(answer.Output.Span) + string.Join('\n', answer.Messages);

            // Xpdf's tools have the same names, and none of the options that are needed.
            var isKnown = !isPoppler || said.Contains("poppler", StringComparison.OrdinalIgnoreCase);
            return tool with { Version = isKnown && VersionPattern().Match(said) is { Success: true } match ? Version.Parse(match.ValueSpan) : null };
        }
        catch (PdfException)
        {
            // What does not start is not there.
            return null;
        }
    }

    private async Task<List<string>> LanguagesAsync(PdfTool tesseract, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(Check(tesseract, "--list-langs"), cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(answer.Output.Span).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.Contains(' ', StringComparison.Ordinal) && line != "osd").ToList();
    }

    // Where the data lies differs by system and packager; a page that needs it tells for certain.
    private async Task<bool> ReadsChineseAsync(CancellationToken cancellationToken)
    {
        using var folder = NewFolder();
        var path = folder.File("chinese.pdf");
        await File.WriteAllTextAsync(path, ChinesePage.Pdf, Encoding.ASCII, cancellationToken).ConfigureAwait(false);
        var answer = await RunAsync(Check(Require("pdftotext"), "-enc", "UTF-8", path, "-"), cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(answer.Output.Span).Contains(ChinesePage.Text, StringComparison.Ordinal);
    }

    private static ToolCommand Check(PdfTool tool, params string[] arguments) => new(tool, arguments, CheckTimeout, MaxOutput: 1 << 20);

    private static PdfTool? Locate(string name, IReadOnlyList<string>? folders)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return (folders ?? DefaultFolders())
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, file))
            .Where(File.Exists)
            .Select(path => new PdfTool(name, path, Version: null))
            .FirstOrDefault();
    }

    private static IEnumerable<string> DefaultFolders()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return OperatingSystem.IsWindows()
            ? [.. path, .. ProgramFolders()]
            : [.. path, "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/opt/local/bin"];
    }

    // Installers on Windows often leave PATH as it is.
    private static IEnumerable<string> ProgramFolders()
    {
        var programs = Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles);
        var links = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Microsoft", "WinGet", "Links");
        return Directory.Exists(programs)
            ? [links, .. Directory.EnumerateDirectories(programs, "Tesseract-OCR"), .. Directory.EnumerateDirectories(programs, "qpdf*").Select(folder => Path.Combine(folder, "bin")), .. Directory.EnumerateDirectories(programs, "poppler*").Select(folder => Path.Combine(folder, "Library", "bin"))]
            : [links];
    }

    [GeneratedRegex(@"\d+(\.\d+){1,3}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionPattern();
}
