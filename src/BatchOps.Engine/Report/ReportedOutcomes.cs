namespace BatchOps.Engine;

/// <summary>Names and marks of outcomes. A mark has a form of its own: color never tells alone.</summary>
internal static class ReportedOutcomes
{
    public static readonly IReadOnlyList<ReportedOutcome> All = Enum.GetValues<ReportedOutcome>();

    public static ReportedOutcome Of(JournaledItem item) => item.Status switch
    {
        nameof(ItemStatus.Succeeded) => item.FromCache ? ReportedOutcome.FromCache : ReportedOutcome.Succeeded,
        nameof(ItemStatus.Failed) => ReportedOutcome.Failed,
        nameof(ItemStatus.TimedOut) => ReportedOutcome.TimedOut,
        nameof(ItemStatus.Canceled) => ReportedOutcome.Canceled,
        nameof(ItemStatus.Skipped) => ReportedOutcome.Skipped,
        _ => ReportedOutcome.Unfinished,
    };

    public static string Label(this ReportedOutcome outcome) => outcome switch
    {
        ReportedOutcome.Succeeded => "Succeeded",
        ReportedOutcome.FromCache => "From cache",
        ReportedOutcome.Failed => "Failed",
        ReportedOutcome.TimedOut => "Timed out",
        ReportedOutcome.Canceled => "Canceled",
        ReportedOutcome.Skipped => "Skipped",
        _ => "Not finished",
    };

    /// <summary>Class of the style sheet that colors it.</summary>
    public static string Class(this ReportedOutcome outcome) => outcome switch
    {
        ReportedOutcome.Succeeded => "s",
        ReportedOutcome.FromCache => "c",
        ReportedOutcome.Failed => "f",
        ReportedOutcome.TimedOut => "t",
        ReportedOutcome.Canceled => "x",
        ReportedOutcome.Skipped => "k",
        _ => "u",
    };

    public static bool IsFailure(this ReportedOutcome outcome) => outcome is ReportedOutcome.Failed or ReportedOutcome.TimedOut;

    /// <summary>Writes the mark of an outcome before its name.</summary>
    public static void WriteMark(Markup html, ReportedOutcome outcome)
    {
        html.Write($"<svg class=\"mark {outcome.Class()}\" width=\"14\" height=\"14\" viewBox=\"0 0 14 14\" aria-hidden=\"true\">");
        html.Raw(outcome switch
        {
            ReportedOutcome.Succeeded => "<circle cx=\"7\" cy=\"7\" r=\"7\"/><path class=\"cut\" d=\"M3.8 7.3l2.2 2.2 4.2-4.6\"/>",
            ReportedOutcome.FromCache => "<circle cx=\"7\" cy=\"7\" r=\"6\" class=\"ring\"/><path class=\"line\" d=\"M3.8 7.3l2.2 2.2 4.2-4.6\"/>",
            ReportedOutcome.Failed => "<path d=\"M4.1 0h5.8L14 4.1v5.8L9.9 14H4.1L0 9.9V4.1z\"/><path class=\"cut\" d=\"M4.5 4.5l5 5M9.5 4.5l-5 5\"/>",
            ReportedOutcome.TimedOut => "<path d=\"M7 0l7 13H0z\"/><path class=\"cut\" d=\"M7 4.8v3.6M7 10.2v1\"/>",
            ReportedOutcome.Canceled => "<rect width=\"14\" height=\"14\" rx=\"2\"/><path class=\"cut\" d=\"M3.5 7h7\"/>",
            ReportedOutcome.Skipped => "<circle cx=\"7\" cy=\"7\" r=\"6\" class=\"ring\"/><path class=\"line\" d=\"M4 7h6\"/>",
            _ => "<circle cx=\"7\" cy=\"7\" r=\"6\" class=\"ring\" stroke-dasharray=\"2.4 2\"/>",
        });
        html.Raw("</svg>");
    }
}
