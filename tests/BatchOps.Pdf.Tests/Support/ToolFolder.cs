using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf.Tests;

/// <summary>A folder with the real tools, some of them left out or replaced by scripts.</summary>
internal sealed class ToolFolder : IDisposable
{
    private static readonly string[] Names = ["pdftotext", "pdfinfo", "pdftoppm", "pdftohtml", "qpdf", "tesseract", "prlimit"];

    public string Path { get; } = Directory.CreateTempSubdirectory("batchops-pdf-tools-").FullName;

    /// <summary>Links the real tools; skips the test where that can't be.</summary>
    public static async Task<ToolFolder> NewAsync(params string[] without)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no scripts of the shell.");
        var folder = new ToolFolder();
        using var tools = await PdfTools.FindAsync(cancellationToken: TestContext.Current.CancellationToken);
        foreach (var name in Names.Except(without))
        {
            var real = tools.Tools.FirstOrDefault(tool => tool.Name == name)?.Path ?? (File.Exists($"/usr/bin/{name}") ? $"/usr/bin/{name}" : null);
            if (real is not null)
            {
                File.CreateSymbolicLink(System.IO.Path.Combine(folder.Path, name), real);
            }
        }

        return folder;
    }

    /// <summary>Puts a script in a tool's place; <c>$REAL</c> is the real one.</summary>
    public void Replace(string name, string script)
    {
        var path = System.IO.Path.Combine(Path, name);
        var real = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName : "/bin/false";
        File.Delete(path);
        File.WriteAllText(path, $"#!/bin/sh\nREAL={real}\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
