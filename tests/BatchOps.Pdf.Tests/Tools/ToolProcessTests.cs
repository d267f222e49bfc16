using System.Diagnostics;
using System.Text;
using BatchOps.Pdf.Tools;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Pdf.Tests.Tools;

public sealed class ToolProcessTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Run_Arguments_ReachTheToolUntouched()
    {
        var result = await RunAsync(Shell("printf '%s|' \"$@\"", "name", "a b", "$HOME", "*", "'\"", ""));

        Assert.Equal((ToolEnd.Exited, 0), (result.End, result.ExitCode));
        Assert.Equal("a b|$HOME|*|'\"||", Encoding.UTF8.GetString(result.Output.Span));
    }

    [Fact]
    public async Task Run_Timeout_KillsTheWholeTree()
    {
        var time = new FakeTimeProvider();
        var mark = $"9{Random.Shared.Next(100_000, 999_999)}";
        var running = RunAsync(Shell($"sleep {mark} & sleep {mark}"), time: time);
        await ChildProcesses.UntilAsync(() => ChildProcesses.Naming(mark).Count(line => line.StartsWith("sleep", StringComparison.Ordinal)) == 2);

        time.Advance(Long);
        var result = await running;

        Assert.Equal(ToolEnd.TimedOut, result.End);
        await ChildProcesses.UntilAsync(() => ChildProcesses.Naming(mark).Count == 0);
    }

    [Fact]
    public async Task Run_Canceled_KillsTheWholeTree()
    {
        using var cancel = new CancellationTokenSource();
        var mark = $"8{Random.Shared.Next(100_000, 999_999)}";
        var running = RunAsync(Shell($"sleep {mark} & sleep {mark}"), cancel: cancel.Token);
        await ChildProcesses.UntilAsync(() => ChildProcesses.Naming(mark).Count(line => line.StartsWith("sleep", StringComparison.Ordinal)) == 2);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await ChildProcesses.UntilAsync(() => ChildProcesses.Naming(mark).Count == 0);
    }

    [Fact]
    public async Task Run_EndlessOutput_IsStoppedAtItsLimit()
    {
        var result = await RunAsync(Shell("while :; do echo 0123456789012345678901234567890123456789; done") with { MaxOutput = 100_000 });

        Assert.Equal(ToolEnd.TooMuchOutput, result.End);
        Assert.InRange(result.Output.Length, 0, 100_000);
    }

    [Fact]
    public async Task Run_FloodOfMessages_FirstDifferentOnesAreKept()
    {
        var result = await RunAsync(Shell("i=0; while [ $i -lt 20000 ]; do echo \"message $((i % 200))\" >&2; echo same >&2; i=$((i+1)); done; printf 'a\\033[31mb' >&2"));

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(50, result.Messages.Count);
        Assert.Equal(["message 0", "same", "message 1"], result.Messages.Take(3));
    }

    [Fact]
    public async Task Run_MessageWithControls_CantSteerATerminal()
    {
        var result = await RunAsync(Shell("printf 'a\\033[31mb' >&2"));

        Assert.Equal(["a [31mb"], result.Messages);
    }

    [Fact]
    public async Task Run_InputThatNobodyReads_IsNoError()
    {
        var result = await RunAsync(Shell("exit 7") with { Input = new byte[4 << 20] });

        Assert.Equal((ToolEnd.Exited, 7), (result.End, result.ExitCode));
    }

    [Fact]
    public async Task Run_Input_ReachesTheTool()
    {
        var input = Enumerable.Range(0, 1 << 20).Select(i => (byte)i).ToArray();

        var result = await RunAsync(Shell("cat") with { Input = input });

        Assert.Equal(input, result.Output.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_TooMuchMemory_IsStopped(bool limited)
    {
        var prlimit = limited && File.Exists("/usr/bin/prlimit") ? new PdfTool("prlimit", "/usr/bin/prlimit", null) : null;
        Assert.SkipWhen(limited && prlimit is null, "There is no prlimit.");
        var command = Shell("s=0123456789abcdef; while :; do s=$s$s; done");

        var clock = Stopwatch.StartNew();
        var result = await ToolProcess.RunAsync(command, 128 << 20, prlimit, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.False(result.IsSuccess);
        Assert.Equal(limited ? ToolEnd.Exited : ToolEnd.TooMuchMemory, result.End);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Long);
    }

    [Fact]
    public async Task Run_NoSuchTool_Throws()
    {
        var exception = await Assert.ThrowsAsync<PdfException>(() => RunAsync(new ToolCommand(new PdfTool("none", "/nowhere/none", null), [], Long, 1)));

        Assert.Equal(PdfFault.ToolMissing, exception.Fault);
    }

    private static ToolCommand Shell(string script, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no sh.");
        return new ToolCommand(new PdfTool("sh", "/bin/sh", null), ["-c", script, .. arguments], Long, 16 << 20);
    }

    private static Task<ToolResult> RunAsync(ToolCommand command, TimeProvider? time = null, CancellationToken? cancel = null) =>
        ToolProcess.RunAsync(command, 1 << 30, null, time ?? TimeProvider.System, cancel ?? TestContext.Current.CancellationToken);
}
