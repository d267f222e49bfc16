using System.Globalization;

namespace BatchOps.Engine;

/// <summary>Which run it was, and how it ended.</summary>
internal static class HeaderSection
{
    public static void Write(Markup html, RunFacts facts)
    {
        var run = facts.Run;
        html.Raw("<header>\n");
        html.Write($"<p class=\"eyebrow\">Batch report</p>\n<h1><bdi>{Show.Data(run.BatchName, 200)}</bdi></h1>\n");
        html.Write($"<p class=\"state\"><span class=\"pill {Tone(facts)}\">{Show.Sentence(Show.Status(run))}</span> <span>{Story(facts)}</span></p>\n");
        html.Raw("<dl class=\"about\">\n");
        if (run.Command is { Length: > 0 } || run.ScriptFile is { Length: > 0 })
        {
            html.Raw("<div class=\"full\"><dt>Command</dt><dd>");
            html.Write($"<bdi>{Show.Data(run.Command ?? string.Empty, 200)}</bdi>");
            if (run.ScriptFile is { Length: > 0 } file)
            {
                var line = run.ScriptLine is { } number ? $":{number.ToString(CultureInfo.InvariantCulture)}" : string.Empty;
                html.Write($" <code class=\"path\"><bdi>{Show.Data(file, 400)}</bdi>{line}</code>");
            }

            html.Raw("</dd></div>\n");
        }

        html.Write($"<div><dt>Started</dt><dd><time datetime=\"{JournalTime.Write(run.StartTime)}\">{Show.Time(run.StartTime)}</time></dd></div>\n");
        if (run.EndTime is { } end)
        {
            html.Write($"<div><dt>Ended</dt><dd><time datetime=\"{JournalTime.Write(end)}\">{Show.Time(end)}</time></dd></div>\n");
        }

        html.Write($"<div><dt>Duration</dt><dd>{Show.Seconds(run.Duration.TotalSeconds)}</dd></div>\n");
        html.Write($"<div><dt>Machine</dt><dd><bdi>{Show.Data(run.Host, 200)}</bdi>, process {run.ProcessId}</dd></div>\n</dl>\n");
        html.Raw("<nav aria-label=\"Sections\"><a href=\"#figures\">Figures</a><a href=\"#outcomes\">Outcomes</a><a href=\"#timeline\">Timeline</a><a href=\"#pace\">Pace</a><a href=\"#waiting\">Waiting</a><a href=\"#failures\">Failures</a><a href=\"#slowest\">Slowest</a><a href=\"#settings\">Settings</a></nav>\n");
        html.Raw("</header>\n");
    }

    private static string Tone(RunFacts facts) => facts.Run.Status switch
    {
        "Completed" => facts.Run.Succeeded == facts.Run.Items ? "good" : "mixed",
        "Running" => "live",
        _ => "bad",
    };

    private static string Story(RunFacts facts)
    {
        var run = facts.Run;
        var reason = run.Reason is { Length: > 0 } why and not nameof(OutcomeReason.None) ? $" Reason: {Show.Data(Show.Words(why), 200)}." : string.Empty;
        var start = run.Status switch
        {
            "Completed" when run.Items == 0 => "It had no items.",
            "Completed" when run.Succeeded == run.Items => run.FromCache == run.Items ? "Every result came from the cache." : "Every item succeeded.",
            "Completed" => $"{Show.Count(run.Items - run.Succeeded)} of {Items(run.Items)} did not succeed.",
            "Running" => "No end is recorded: it is at work, or its process died. Figures are those so far.",
            "Interrupted" => "Its process died before the end. Figures are those that had reached the journal.",
            "Stopped" => $"It stopped by a limit of its own after {Show.Seconds(run.Duration.TotalSeconds)}.",
            "Canceled" => $"It was canceled after {Show.Seconds(run.Duration.TotalSeconds)}.",
            _ => $"It ended after {Show.Seconds(run.Duration.TotalSeconds)}.",
        };
        return start + reason + (run.Resumed ? " It went on with an earlier run." : string.Empty);
    }

    private static string Items(long count) => count == 1 ? "1 item" : $"{Show.Count(count)} items";
}
