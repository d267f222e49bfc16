using System.Text.Json;
using BatchOps.Tests;

namespace BatchOps.PowerShell.Tests;

/// <summary>Runs each Pester file in a PowerShell of its own; without PowerShell or Pester it is skipped.</summary>
/// <remarks>Suites wait more than they work: two lanes of them run side by side.</remarks>
public abstract class PesterLane(ITestOutputHelper output)
{
    private const int Lanes = 2;

    private static readonly string Folder = Path.Combine(Checkout.Root, "tests", "PowerShell");
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The files of a lane.</summary>
    protected static TheoryData<string> FilesOf(int lane) =>
        [.. Directory.EnumerateFiles(Folder, "*.Tests.ps1").Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal).Where((_, place) => place % Lanes == lane)];

    /// <summary>Runs a file and fails with what failed in it.</summary>
    protected async Task RunAsync(string file)
    {
        var pwsh = Pwsh.Find();
        Assert.SkipWhen(pwsh is null, "There is no pwsh on PATH.");

        var resultFile = Path.GetTempFileName();
        try
        {
            var console = await Pwsh.RunAsync(
                pwsh,
                ["-NoProfile", "-NonInteractive", "-File", Path.Combine(Folder, "Run.ps1"), "-Path", Path.Combine(Folder, file), "-ResultPath", resultFile],
                Limit,
                TestContext.Current.CancellationToken);
            output.WriteLine(console);

            var json = await File.ReadAllTextAsync(resultFile, TestContext.Current.CancellationToken);
            Assert.True(json.Length > 0, $"{file} ended without a result:\n{console}");
            Check(file, JsonSerializer.Deserialize<PesterResult>(json)!);
        }
        finally
        {
            File.Delete(resultFile);
        }
    }

    private void Check(string file, PesterResult result)
    {
        Assert.SkipWhen(result.Missing is not null, result.Missing ?? "");

        var counts = $"{file}: {result.Passed} passed, {result.Failed} failed, {result.Skipped} skipped";
        output.WriteLine(counts);
        output.WriteLine(string.Join('\n', result.Reasons));

        if (result.Failures.Count > 0 || result.Failed > 0)
        {
            Assert.Fail($"{counts}\n\n{string.Join("\n\n", result.Failures)}");
        }

        Assert.SkipWhen(result.Passed == 0 && result.Skipped > 0, $"{counts}: {string.Join("; ", result.Reasons)}");
        Assert.True(result.Passed > 0, $"{file} holds no test.");
    }

    private sealed record PesterResult(string? Missing, int Passed, int Failed, int Skipped)
    {
        public IReadOnlyList<string> Failures { get; init; } = [];

        public IReadOnlyList<string> Reasons { get; init; } = [];
    }
}
