using System.Diagnostics;

namespace BatchOps.Emulators.Chat;

/// <summary>Reads the text in a picture by Tesseract.</summary>
public static class PageReader
{
    /// <summary>Whether Tesseract is installed.</summary>
    public static bool IsThere { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(static folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "tesseract.exe" : "tesseract")));

    /// <summary>The lines of a picture, from top to bottom.</summary>
    /// <exception cref="InvalidOperationException">Tesseract is not there, or can't read the picture.</exception>
    public static string Read(byte[] picture)
    {
        if (!IsThere)
        {
            throw new InvalidOperationException("Pictures can't be read without Tesseract.");
        }

        var start = new ProcessStartInfo("tesseract", ["stdin", "stdout", "--psm", "6"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_THREAD_LIMIT"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var writing = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(picture);
            process.StandardInput.Close();
        });
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 && writing.Wait(TimeSpan.FromSeconds(10)) ? text : throw new InvalidOperationException($"Tesseract can't read the picture: {errors.Result}");
    }
}
