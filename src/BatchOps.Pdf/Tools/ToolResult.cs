namespace BatchOps.Pdf.Tools;

/// <summary>What came of a call of a tool.</summary>
/// <param name="End">How it ended.</param>
/// <param name="ExitCode">Its exit code; above 128 a signal ended it.</param>
/// <param name="Output">What it wrote to its standard output.</param>
/// <param name="Messages">The different lines it wrote to its standard error, the first ones.</param>
/// <param name="Duration">How long it ran.</param>
internal sealed record ToolResult(ToolEnd End, int ExitCode, ReadOnlyMemory<byte> Output, IReadOnlyList<string> Messages, TimeSpan Duration)
{
    public bool IsSuccess => End == ToolEnd.Exited && ExitCode == 0;
}
