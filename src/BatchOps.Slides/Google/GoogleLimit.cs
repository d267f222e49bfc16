using BatchOps.Engine;

namespace BatchOps.Slides.Google;

/// <summary>A quota of Google's that calls count against.</summary>
public sealed class GoogleLimit
{
    private GoogleLimit(string name, double permits)
    {
        Name = name;
        Rate = new RateLimit(permits, TimeSpan.FromMinutes(1));
    }

    /// <summary>Changes to presentations: 60 a minute for one user. A batch is one write however many requests it holds.</summary>
    public static GoogleLimit SlidesWrites { get; } = new("slides.writes", 60);

    /// <summary>Reads of presentations: 600 a minute for one user.</summary>
    public static GoogleLimit SlidesReads { get; } = new("slides.reads", 600);

    /// <summary>Everything that is asked of Drive: 12,000 a minute.</summary>
    public static GoogleLimit Drive { get; } = new("drive", 12_000);

    /// <summary>All limits with their usual rates, as <see cref="ThrottleOptions.CallRates"/> takes them.</summary>
    public static IReadOnlyDictionary<string, RateLimit> CallRates { get; } =
        new GoogleLimit[] { SlidesWrites, SlidesReads, Drive }.ToDictionary(static limit => limit.Name, static limit => limit.Rate, StringComparer.OrdinalIgnoreCase);

    /// <summary>Its name among <see cref="ThrottleOptions.CallRates"/>.</summary>
    public string Name { get; }

    /// <summary>What Google allows where nothing else was agreed on.</summary>
    public RateLimit Rate { get; }
}
