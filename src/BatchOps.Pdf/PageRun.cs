using System.Globalization;
using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf;

/// <summary>
/// Runs a tool over successive pages and tells what came of each. A process that hangs, dies or complains says nothing
/// certain about a single page: output is buffered, complaints name no page. So the pages of a run that is not perfect
/// are worked on again in smaller runs, and what is wrong with a page is only what its own process says.
/// </summary>
internal static class PageRun
{
    /// <summary>Runs a tool on successive pages.</summary>
    /// <param name="file">The file.</param>
    /// <param name="first">The first page.</param>
    /// <param name="count">How many pages.</param>
    /// <param name="command">The tool's call for pages from-to.</param>
    /// <param name="parse">Splits the output; null when it does not hold exactly that many pages.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<PageOutput<T>[]> RunAsync<T>(PdfFile file, int first, int count, Func<int, int, ToolCommand> command, Func<ReadOnlyMemory<byte>, int, T[]?> parse, CancellationToken cancellationToken)
        where T : class
    {
        if (count == 1)
        {
            return [await RunPageAsync(file, command(first, first), output => parse(output, 1)?[0], cancellationToken).ConfigureAwait(false)];
        }

        // A run is meant to take a moment. If it is slow for no bad reason, nothing but a moment is lost.
        var whole = command(first, first + count - 1);
        var result = await RunAsync(file, whole with { Timeout = whole.Timeout / 4 }, cancellationToken).ConfigureAwait(false);
        if (result.IsSuccess && result.Messages.All(file.Messages.Contains) && parse(result.Output, count) is { } values)
        {
            var share = result.Duration / count;
            return values.Select(value => new PageOutput<T>(value, Status(result.Messages), result.Messages, share)).ToArray();
        }

        // Complaints come from few pages: halves find them. A hang costs its timeout each time: then each page alone at once.
        var step = result.End == ToolEnd.Exited ? (count + 1) / 2 : 1;
        var outputs = new List<PageOutput<T>>();
        for (var done = 0; done < count; done += step)
        {
            outputs.AddRange(await RunAsync(file, first + done, Math.Min(step, count - done), command, parse, cancellationToken).ConfigureAwait(false));
        }

        return outputs.ToArray();
    }

    // Runs a tool on one page.
    private static async Task<PageOutput<T>> RunPageAsync<T>(PdfFile file, ToolCommand command, Func<ReadOnlyMemory<byte>, T?> parse, CancellationToken cancellationToken)
        where T : class
    {
        var result = await RunAsync(file, command, cancellationToken).ConfigureAwait(false);
        if (Failure(command, result) is { } failure)
        {
            var status = result.End == ToolEnd.TimedOut ? PdfPageStatus.TimedOut : PdfPageStatus.Failed;
            return new PageOutput<T>(null, status, [failure, .. result.Messages], result.Duration);
        }

        return parse(result.Output) is { } value
            ? new PageOutput<T>(value, Status(result.Messages), result.Messages, result.Duration)
            : new PageOutput<T>(null, PdfPageStatus.Failed, ["The file counts this page, but it can't be found in it.", .. result.Messages], result.Duration);
    }

    private static async Task<ToolResult> RunAsync(PdfFile file, ToolCommand command, CancellationToken cancellationToken)
    {
        var result = await file.Tools.RunAsync(command, cancellationToken).ConfigureAwait(false);
        return command.IsChatty && result.IsSuccess ? result with { Messages = [] } : result;
    }

    private static PdfPageStatus Status(IReadOnlyList<string> messages) => messages.Count == 0 ? PdfPageStatus.Ok : PdfPageStatus.Degraded;

    private static string? Failure(ToolCommand command, ToolResult result) => (result.End, result.ExitCode) switch
    {
        (ToolEnd.TimedOut, _) => string.Create(CultureInfo.InvariantCulture, $"{command.Tool.Name} did not get ready in {command.Timeout.TotalSeconds} s and was stopped."),
        (ToolEnd.TooMuchOutput, _) => string.Create(CultureInfo.InvariantCulture, $"{command.Tool.Name} wrote more than {command.MaxOutput:N0} bytes and was stopped."),
        (ToolEnd.TooMuchMemory, _) => $"{command.Tool.Name} took too much memory and was stopped.",
        (_, > 128) => string.Create(CultureInfo.InvariantCulture, $"{command.Tool.Name} crashed (signal {result.ExitCode - 128})."),
        (_, not 0) => string.Create(CultureInfo.InvariantCulture, $"{command.Tool.Name} failed with exit code {result.ExitCode}."),
        _ => null,
    };
}
