using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace BatchOps.Engine.Tests;

public sealed class RunReportTests
{
    [Fact]
    public void Report_OfRun_SaysWhatItWas()
    {
        using var journal = new ReportJournal(batch: "nightly sync", duration: 90, settings: """{"throttleLimit":4,"rateLimit":"600/min"}""");
        journal.Add("a").Add("b").Add("c", "Failed", error: "no such customer").Add("d", "TimedOut", reason: "AttemptTimeout", error: "too long");

        var page = journal.Parse();
        Assert.Equal("nightly sync", page.Descendants("h1").Single().Value);
        var figures = Section(page, "figures").Descendants("div").ToDictionary(static d => d.Element("dt")!.Value, static d => d.Element("dd")!.Value);
        Assert.Equal("50\u202F%", figures["Success rate"]);
        Assert.Equal("4", figures["Items"]);
        Assert.Equal("2", figures["Succeeded"]);
        Assert.Equal("1", figures["Failed"]);
        Assert.Equal("1", figures["Timed out"]);
        Assert.Equal("3 of 4", figures["Peak at work"]);
        var about = page.Element("body")!.Element("header")!.Value;
        Assert.Contains("job.ps1:7", about, StringComparison.Ordinal);
        Assert.Contains("1\u202Fmin 30\u202Fs", about, StringComparison.Ordinal);
        Assert.Contains("2026-03-01 12:00:00 UTC", about, StringComparison.Ordinal);
        Assert.Contains("machine, process 4711", about, StringComparison.Ordinal);
        Assert.Contains("2 of 4 items did not succeed.", about, StringComparison.Ordinal);
        Assert.Contains("no such customer", Section(page, "failures").Value, StringComparison.Ordinal);
        Assert.Contains("600/min", Section(page, "settings").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_FailuresThatDifferInNumbers_AreCountedTogether()
    {
        using var journal = new ReportJournal();
        for (var i = 0; i < 30; i++)
        {
            journal.Add($"k{i}", "Failed", error: i % 3 == 0 ? "disk full" : $"request {i * 1000} was refused");
        }

        var groups = Section(journal.Parse(), "failures").Descendants("ol").First(static o => (string?)o.Attribute("class") == "groups").Elements("li").ToList();
        Assert.Equal(2, groups.Count);
        Assert.StartsWith("20request 1000 was refused", groups[0].Value, StringComparison.Ordinal);
        Assert.Contains("numbers differ", groups[0].Value, StringComparison.Ordinal);
        Assert.StartsWith("10disk full", groups[1].Value, StringComparison.Ordinal);
        Assert.DoesNotContain("numbers differ", groups[1].Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("</svg><img src=x onerror=alert(1)>")]
    [InlineData("</title></style></script>\"'&amp;&#60;")]
    [InlineData("]]> --> <!-- {0} $_ \\u003c")]
    public void Report_TextsThatLookLikeMarkup_StayText(string text)
    {
        using var journal = new ReportJournal(batch: text, command: text, host: text, settings: $$"""{"note":{{System.Text.Json.JsonSerializer.Serialize(text)}}}""");
        journal.Add(text, "Failed", error: text, reason: text);

        var page = journal.Parse();
        Assert.Equal(text, page.Descendants("h1").Single().Value);
        Assert.Contains(page.Descendants("bdi"), b => b.Value == text && b.Parent!.Attribute("class")?.Value == "message");
        Assert.Contains(page.Descendants("bdi"), b => b.Value == text && b.Attribute("class")?.Value == "key");
        Assert.Single(page.Descendants("script"));
        Assert.Single(page.Descendants("style"));
        Assert.Empty(page.Descendants("img"));
        Assert.DoesNotContain(page.DescendantsAndSelf().Attributes(), static a => a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase) || a.Name == "style");
    }

    [Fact]
    public void Report_TextsOfAllKinds_IsWellFormed()
    {
        using var journal = new ReportJournal(batch: "nul\0 bell\a escape\u001b[31m lone \ud800 whole \ud83d\ude00");
        journal.Add(new string('x', 100_000), "Failed", error: string.Concat(Enumerable.Repeat("line of a long message\r\n", 10_000)))
            .Add("مرحبا بالعالم \u202E", "Failed", error: "שגיאה: \uffff")
            .Add(string.Empty)
            .Add(" ");

        var text = journal.Write();
        Assert.True(text.Length < 100_000, $"{text.Length} characters");
        var page = journal.Parse();
        Assert.Equal("nul\uFFFD bell\uFFFD escape\uFFFD[31m lone \uFFFD whole \ud83d\ude00", page.Descendants("h1").Single().Value);
        Assert.Contains(page.Descendants("bdi"), static b => b.Value == "مرحبا بالعالم \u202E");
        Assert.Contains(page.Descendants("bdi"), static b => b.Value == "Item 2");
    }

    [Fact]
    public void Report_SecretThatTheJournalHolds_IsTakenOutOnceMore()
    {
        const string leak = "GET https://example.test/?api_key=s3cr3t-c4n4ry-77 failed; Authorization: Bearer s3cr3t-c4n4ry-77";
        using var journal = new ReportJournal();
        var failures = Section(journal.Add(leak, "Failed", error: leak).Parse(), "failures").Value;
        Assert.Contains(Redactor.Redact(leak), failures, StringComparison.Ordinal);
        Assert.Equal(Redactor.Redact(leak) == leak, failures.Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Fact]
    public void Report_ItemsThatNeverStarted_AreNotCalledASuccess()
    {
        using var journal = new ReportJournal();
        var page = journal.Add("a").Add("b", "Skipped", start: null, end: 2, worker: null, attempts: 0, reason: "AdmissionTimeout").Parse();
        Assert.Contains("1 of 2 items did not succeed.", page.Value, StringComparison.Ordinal);
        Assert.Contains("SkippedAdmission timeout1", Section(page, "outcomes").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_MayLoadAndRunNothingButItsOwn()
    {
        using var journal = new ReportJournal();
        var page = journal.Add("a").AddMetrics(30, static _ => 4).Parse();

        var policy = page.Descendants("meta").Single(static m => (string?)m.Attribute("http-equiv") == "Content-Security-Policy").Attribute("content")!.Value;
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.Contains($"style-src '{Hash(page.Descendants("style").Single().Value)}'", policy, StringComparison.Ordinal);
        Assert.Contains($"script-src '{Hash(page.Descendants("script").Single().Value)}'", policy, StringComparison.Ordinal);
        Assert.All(page.Descendants().Attributes().Where(static a => a.Name == "href" || a.Name == "src"), static a => Assert.StartsWith("#", a.Value, StringComparison.Ordinal));
        Assert.DoesNotContain("http:", journal.Write(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https:", journal.Write(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", journal.Write(), StringComparison.OrdinalIgnoreCase);
        foreach (var target in page.Descendants().Attributes("href").Select(static a => a.Value[1..]).Distinct(StringComparer.Ordinal))
        {
            Assert.Single(page.Descendants(), e => (string?)e.Attribute("id") == target);
        }

        static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Report_FewItems_DrawsEach()
    {
        using var journal = new ReportJournal();
        var page = journal.Add("once", start: 0, end: 30, worked: 30).Add("thrice", "Failed", start: 30, end: 60, worked: 15, attempts: 3, worker: 2, error: "no").Add("never", "Skipped", start: null, end: 60, worker: null, reason: "Budget").Parse();

        var bars = page.Descendants("g").Single(static g => (string?)g.Attribute("class") == "bars").Elements("rect").ToList();
        Assert.Equal(2, bars.Count);
        Assert.Equal(("0%", "50%"), (bars[0].Attribute("x")!.Value, bars[0].Attribute("width")!.Value));
        Assert.StartsWith("\u2068once\u2069: succeeded, worker 1", bars[0].Element("title")!.Value, StringComparison.Ordinal);

        // Its attempts took 5 s each in the mean; the line reaches back to the first.
        Assert.Equal(("91.667%", "8.333%"), (bars[1].Attribute("x")!.Value, bars[1].Attribute("width")!.Value));
        Assert.Contains("3 attempts", bars[1].Element("title")!.Value, StringComparison.Ordinal);
        Assert.Equal("50%", page.Descendants("line").Single(static l => ((string?)l.Attribute("class"))?.StartsWith("reach", StringComparison.Ordinal) == true).Attribute("x1")!.Value);
        Assert.Contains("Budget", Section(page, "outcomes").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_ManyItems_StaysSmallAndKeepsFailuresVisible()
    {
        using var journal = new ReportJournal();
        journal.AddMany(100_000, 32).AddMetrics(600, static i => 4 + (i % 3));

        var text = journal.Write();
        Assert.InRange(text.Length, 50_000, 500_000);
        var page = journal.Parse();
        Assert.DoesNotContain(page.Descendants("g"), static g => (string?)g.Attribute("class") == "bars");
        var timeline = Section(page, "timeline");
        Assert.Equal(32, timeline.Descendants("g").Count(static g => g.Element("title") is { } t && t.Value.StartsWith("Worker ", StringComparison.Ordinal)));
        Assert.Contains(timeline.Descendants("path"), static p => (string?)p.Attribute("class") == "f");
        Assert.Contains("2,000 items failed or timed out", Section(page, "failures").Value, StringComparison.Ordinal);
        Assert.Contains("The first 100 of 2,000 failed items", Section(page, "failures").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_MoreWorkersThanRows_GroupsThem()
    {
        using var journal = new ReportJournal();
        var timeline = Section(journal.AddMany(2000, 200).Parse(), "timeline");
        Assert.Contains("a group of workers", timeline.Value, StringComparison.Ordinal);
        Assert.Equal(40, timeline.Descendants("tbody").Single().Elements("tr").Count());
        Assert.StartsWith("1–550", timeline.Descendants("tbody").Single().Element("tr")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_RunWithoutItems_SaysSo()
    {
        using var journal = new ReportJournal(duration: 0);
        var page = journal.Parse();
        Assert.Contains("It had no items.", page.Value, StringComparison.Ordinal);
        Assert.Contains("No item failed or timed out.", page.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_EverythingFromCache_HasNoTimeline()
    {
        using var journal = new ReportJournal(duration: 0.2);
        var page = journal.Add("a", start: null, end: 0.1, worker: null, attempts: 0, cached: true).Add("b", start: null, end: 0.1, worker: null, attempts: 0, cached: true).Parse();
        Assert.Contains("Every result came from the cache.", page.Value, StringComparison.Ordinal);
        Assert.Contains("No item was run, so no worker was busy.", Section(page, "timeline").Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Interrupted", "Its process died before the end.")]
    [InlineData("Running", "No end is recorded")]
    public void Report_RunWithoutEnd_ShowsWhatIsKnown(string status, string expected)
    {
        using var journal = new ReportJournal(status: status, duration: 0);
        var page = journal.Add("done", start: 0, end: 4).Add("at work", "Running", start: 2, end: null, worker: 2).Add("waits", "Pending", start: null, end: null, worker: null, attempts: 0).Parse();
        Assert.Contains(expected, page.Value, StringComparison.Ordinal);
        Assert.Contains("Not finished 2", Section(page, "outcomes").Value, StringComparison.Ordinal);
        Assert.Contains(Section(page, "timeline").Descendants("title"), static t => t.Value.StartsWith("\u2068at work\u2069: not finished", StringComparison.Ordinal));
    }

    [Fact]
    public void Report_OneItemOfNoTime_IsDrawn()
    {
        using var journal = new ReportJournal(duration: 0);
        var page = journal.Add("instant", start: 0, end: 0, worked: 0, waited: 0).Parse();
        Assert.Single(page.Descendants("g").Single(static g => (string?)g.Attribute("class") == "bars").Elements("rect"));
        Assert.DoesNotContain("NaN", page.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("∞", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_LimitThatChanges_IsDrawnInSteps()
    {
        using var journal = new ReportJournal();
        var page = journal.Add("a", end: 60, worked: 59).AddMetrics(60, static i => i < 30 ? 4 : 2).Parse();
        var limit = page.Descendants("path").First(static p => (string?)p.Attribute("class") == "limit").Attribute("d")!.Value;
        Assert.Equal("M0 8H0V8H500V88H1000", limit);
    }

    [Fact]
    public void Report_WithoutMetrics_TakesConcurrencyFromItems()
    {
        using var journal = new ReportJournal();
        var pace = Section(journal.Add("a", start: 0, end: 60, worked: 60).Add("b", start: 0, end: 30, worked: 30, worker: 2).Parse(), "pace");
        Assert.Contains("mean, from the items’ times", pace.Value, StringComparison.Ordinal);
        Assert.Contains("Limit (as set)", pace.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_OfRealRun_AgreesWithIt()
    {
        using var folder = new TempFolder();
        var path = folder.File("run.db");
        await JournalRuns.RunAsync(Enumerable.Range(0, 50), JournalRuns.Options(path), static lease => lease.Input == 7 ? throw new InvalidOperationException("seven") : lease.Input);

        using var reader = new JournalReader(path);
        using var writer = new StringWriter();
        RunReport.Write(reader, reader.Runs().Single(), writer);
        var page = XDocument.Parse(writer.ToString()["<!DOCTYPE html>".Length..]).Root!;
        Assert.Contains("1 of 50 items did not succeed.", page.Value, StringComparison.Ordinal);
        Assert.Contains("seven", Section(page, "failures").Value, StringComparison.Ordinal);
        Assert.Equal(50, page.Descendants("g").Single(static g => (string?)g.Attribute("class") == "bars").Elements("rect").Count());
    }

    private static XElement Section(XElement page, string id) => page.Descendants("section").Single(s => (string?)s.Attribute("id") == id);
}
