namespace BatchOps.Engine;

/// <summary>Tells the story of one run as a single HTML file: no other file, no network, readable without scripts.</summary>
/// <remarks>
/// The page is well-formed XML too, allows itself nothing but its own style and script (by their hashes), and is the same
/// for the same journal. Above some thousand items the timeline shows shares of time instead of items, so that its size
/// hardly grows with the run.
/// </remarks>
public static class RunReport
{
    /// <summary>Writes the report of a run.</summary>
    /// <param name="journal">The journal that holds it.</param>
    /// <param name="run">The run; it may be at work still.</param>
    /// <param name="writer">Takes the HTML, to be encoded as UTF-8.</param>
    /// <exception cref="JournalException">The journal can't be read.</exception>
    public static void Write(JournalReader journal, JournaledRun run, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(writer);

        // All is read before anything is written: a journal that fails half-way leaves no half page.
        var facts = RunFacts.Read(journal, run);
        var html = new Markup(writer);
        Page.WriteStart(html, $"{run.BatchName}: {Show.Count(run.Items)} {(run.Items == 1 ? "item" : "items")}, {Show.Status(run)}");
        HeaderSection.Write(html, facts);
        html.Raw("<main>\n");
        FiguresSection.Write(html, facts);
        StatusSection.Write(html, facts);
        TimelineSection.Write(html, facts);
        PaceSection.Write(html, facts);
        WaitingSection.Write(html, facts);
        FailureSection.Write(html, facts);
        SlowestSection.Write(html, facts);
        SettingsSection.Write(html, facts);
        html.Raw("</main>\n");
        Page.WriteEnd(html, facts);
    }
}
