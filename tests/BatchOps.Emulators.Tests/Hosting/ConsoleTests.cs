using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace BatchOps.Emulators.Tests.Hosting;

public sealed class ConsoleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Program_WithOptions_BehavesByThemUntilItsInputEnds()
    {
        using var program = EmulatorProcess.Start("--port", "0", "--rpm", "1", "--hints=seconds", "--latency", "5");
        using var http = new HttpClient { BaseAddress = await program.ListeningAsync() };

        var first = await http.PostAsync("v1/chat/completions", Question(), Token);
        var second = await http.PostAsync("v1/chat/completions", Question(), Token);
        var stats = await http.GetFromJsonAsync<JsonElement>("stats", Token);
        program.Input.Close();

        Assert.Equal((200, 429), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal("5", first.Headers.GetValues("openai-processing-ms").Single());
        Assert.False(second.Headers.Contains("retry-after-ms"));
        Assert.NotNull(second.Headers.RetryAfter?.Delta);
        Assert.Equal(2, stats.GetProperty("requests").GetInt32());
        Assert.Equal((0, "", ""), await program.EndAsync());
    }

    [Fact]
    public async Task Program_Google_HasItsTemplateAndAnImage()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.png");
        await File.WriteAllTextAsync(path, "image", Token);
        try
        {
            using var program = EmulatorProcess.Start("google", "--demo", "yes", "--image", $"logo={path}", "--reads", "1", "--hints", "header", "--fail-503-rate=0");
            using var http = new HttpClient { BaseAddress = await program.ListeningAsync() };

            var first = await http.GetAsync("v1/presentations/demo-template?fields=slides.objectId", Token);
            var second = await http.GetAsync("v1/presentations/demo-template", Token);
            var image = await http.GetStringAsync("uc?id=logo", Token);
            var stats = await http.GetFromJsonAsync<JsonElement>("stats", Token);
            program.Input.Close();

            Assert.Equal((200, 429), ((int)first.StatusCode, (int)second.StatusCode));
            Assert.NotNull(second.Headers.RetryAfter?.Delta);
            Assert.Equal("image", image);
            Assert.Equal(2, stats.GetProperty("requests").GetInt32());
            Assert.Equal((0, "", ""), await program.EndAsync());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Program_ItsParentEnds_EndsAsWell()
    {
        using var parent = EmulatorProcess.Start();
        await parent.ListeningAsync();
        using var program = EmulatorProcess.Start("chat", "--parent-pid", parent.Id.ToString(CultureInfo.InvariantCulture));
        program.Input.Close();
        var address = await program.ListeningAsync();
        using var http = new HttpClient { BaseAddress = address };
        // The end of its input is no reason to end.
        Assert.True((await http.GetAsync("stats", Token)).IsSuccessStatusCode);

        parent.Kill();

        Assert.Equal(0, (await program.EndAsync()).Code);
    }

    [Fact]
    public async Task Program_Interrupted_EndsWell()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no kill.");
        using var program = EmulatorProcess.Start();
        await program.ListeningAsync();

        using var kill = Process.Start("kill", ["-INT", program.Id.ToString(CultureInfo.InvariantCulture)]);

        Assert.Equal((0, "", ""), await program.EndAsync());
    }

    [Fact]
    public async Task Help_Asked_ListsEveryOptionWithItsDefault()
    {
        using var program = EmulatorProcess.Start("--help");

        var (code, output, _) = await program.EndAsync();

        Assert.Equal(0, code);
        Assert.Matches(@"--rpm N +requests a minute; 0 is no limit \[0\]", output);
        var lines = output.Split('\n').Where(static line => line.StartsWith("  --", StringComparison.Ordinal)).ToArray();
        Assert.True(lines.Length > 20, output);
        Assert.All(lines, static line => Assert.EndsWith("]", line.TrimEnd(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("There is no option '--rmp'", "--rmp", "600")]
    [InlineData("--rpm cannot be 'many': it takes a whole number", "--rpm", "many")]
    [InlineData("--rpm cannot be '-1'", "--rpm", "-1")]
    [InlineData("--fail-rate cannot be '1.5': it takes a number from 0 to 1", "--fail-rate=1.5")]
    [InlineData("--latency cannot be '1s': it takes milliseconds", "--latency", "1s")]
    [InlineData("--quota cannot be 'fixed': it takes sliding or bucket", "--quota", "fixed")]
    [InlineData("--hints cannot be 'seconds,never'", "--hints", "seconds,never")]
    [InlineData("--rpm needs a value", "--rpm")]
    [InlineData("There is no emulator 'slides'", "slides")]
    [InlineData("--image cannot be 'logo'", "google", "--image", "logo")]
    [InlineData("--demo cannot be 'maybe': it takes no or yes", "google", "--demo", "maybe")]
    [InlineData("FaultRates must be", "google", "--stall-rate=0.6", "--fail-500-rate=0.6")]
    [InlineData("there is no process", "--parent-pid", "2147483647")]
    public async Task Program_BadArguments_SaysWhatIsWrong(string says, params string[] arguments)
    {
        using var program = EmulatorProcess.Start(arguments);

        var (code, output, error) = await program.EndAsync();

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static StringContent Question() => new("""{"model":"echo","messages":[{"role":"user","content":"x"}]}""");
}
