using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Security;
using BatchOps.Engine;
using BatchOps.Pdf.Tools;
using BatchOps.PowerShell.Configuration;
using BatchOps.PowerShell.Distributed;

namespace BatchOps.PowerShell.Commands;

/// <summary>Says what the module needs, what is there and what is missing, with the remedy.</summary>
[Cmdlet(VerbsDiagnostic.Test, "BatchEnvironment")]
[OutputType(typeof(EnvironmentCheck))]
public sealed class TestBatchEnvironmentCommand : PSCmdlet, IDisposable
{
    private static readonly Version MinimumPowerShell = new(7, 4);

    private readonly CancellationTokenSource _stopping = new();

    [Parameter]
    [ValidateNotNull]
    public Uri? Broker { get; set; }

    [Parameter]
    [ValidateNotNull]
    [Credential]
    public PSCredential? Credential { get; set; }

    [Parameter]
    [ValidateNotNull]
    public SecureString? SigningKey { get; set; }

    protected override void EndProcessing()
    {
        var version = GetVariableValue("PSVersionTable") is System.Collections.IDictionary table ? table["PSVersion"]?.ToString() ?? string.Empty : string.Empty;
        var numbers = version.Split('-')[0];
        WriteObject(new EnvironmentCheck("PowerShell", Version.TryParse(numbers, out var parsed) && parsed >= MinimumPowerShell, version, $"Install PowerShell {MinimumPowerShell} or later."));
        WriteObject(new EnvironmentCheck(".NET", ok: Environment.Version.Major >= 8, RuntimeInformation.FrameworkDescription, "Install PowerShell 7.4 or later, which brings .NET 8 or later."));
        WriteObject(new EnvironmentCheck("Processors", ok: true, $"{Environment.ProcessorCount}", remedy: string.Empty));
        WriteObject(new EnvironmentCheck("Language mode", SessionState.LanguageMode == PSLanguageMode.FullLanguage, $"{SessionState.LanguageMode}", "Workers take the session's language mode; in a constrained one, items can't call .NET methods."));
        WriteObject(CheckSqlite());
        WriteObject(CheckSettings());
        foreach (var check in CheckPdfTools())
        {
            WriteObject(check);
        }

        if (Broker is not null)
        {
            foreach (var check in BrokerChecks.RunAsync(Broker, Credential, SigningKey, _stopping.Token).GetAwaiter().GetResult())
            {
                WriteObject(check);
            }
        }
    }

    protected override void StopProcessing() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    private static IEnumerable<EnvironmentCheck> CheckPdfTools()
    {
        using var tools = PdfTools.FindAsync().GetAwaiter().GetResult();
        foreach (var component in (string[])["Poppler", "poppler-data", "qpdf", "Tesseract"])
        {
            var problem = tools.Problems.FirstOrDefault(problem => problem.Component == component);
            yield return problem is null
                ? new EnvironmentCheck(component, ok: true, Found(tools, component), remedy: string.Empty)
                : new EnvironmentCheck(component, ok: false, "missing", $"{problem.Message} Install it by '{problem.InstallHere}'.");
        }
    }

    private static string Found(PdfTools tools, string component) => component switch
    {
        "Poppler" => $"{tools.Tools.FirstOrDefault(static tool => tool.Name == "pdftotext")?.Version}",
        "qpdf" => $"{tools.Tools.FirstOrDefault(static tool => tool.Name == "qpdf")?.Version}",
        "Tesseract" => $"{tools.Tools.FirstOrDefault(static tool => tool.Name == "tesseract")?.Version}, {string.Join(' ', tools.OcrLanguages)}",
        _ => "yes",
    };

    private static EnvironmentCheck CheckSqlite()
    {
        try
        {
            return new EnvironmentCheck("SQLite", ok: true, JournalReader.SqliteVersion, remedy: string.Empty);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException or TypeInitializationException)
        {
            return new EnvironmentCheck("SQLite", ok: false, RuntimeInformation.RuntimeIdentifier, "The module holds no SQLite library for this platform, so -Journal can't be used here.");
        }
    }

    private EnvironmentCheck CheckSettings()
    {
        try
        {
            Settings.Check(GetVariableValue(Settings.PreferenceVariable));
            return new EnvironmentCheck("Settings", ok: true, Settings.Describe(), remedy: string.Empty);
        }
        catch (BatchArgumentException error)
        {
            return new EnvironmentCheck("Settings", ok: false, Settings.Describe(), error.Message);
        }
    }
}
