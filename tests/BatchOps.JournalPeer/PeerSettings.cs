using System.Globalization;

namespace BatchOps.JournalPeer;

/// <summary>What a peer is told on its command line, as <c>name=value</c>.</summary>
internal sealed record PeerSettings
{
    /// <summary>The journal's file.</summary>
    public required string Journal { get; init; }

    /// <summary>The batch.</summary>
    public string Batch { get; init; } = "numbers";

    /// <summary>File to which each execution is appended; null for none.</summary>
    public string? Log { get; init; }

    /// <summary>The items are 0 to one less than this.</summary>
    public int Items { get; init; } = 1;

    /// <summary>Most items at once.</summary>
    public int Throttle { get; init; } = 8;

    /// <summary>Units that the batch may spend, one an item; null for no limit.</summary>
    public double? Usage { get; init; }

    /// <summary>Named steps of each item.</summary>
    public int Steps { get; init; }

    /// <summary>How often the start of each item is announced, as if it had gone to a worker elsewhere; null when the run's workers are its own.</summary>
    public int? Starts { get; init; }

    /// <summary>Whether the batch is resumed.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether results come in input order.</summary>
    public bool Ordered { get; init; }

    /// <summary>Whether each item, once started, says so and waits until a line comes in.</summary>
    public bool Hold { get; init; }

    /// <summary>Digits of each result, so that a file fills quickly.</summary>
    public int Padding { get; init; }

    public static PeerSettings Parse(IEnumerable<string> arguments)
    {
        var values = arguments.Select(static a => a.Split('=', 2)).ToDictionary(static p => p[0], static p => p[1], StringComparer.Ordinal);
        return new PeerSettings
        {
            Journal = values["journal"],
            Batch = values.GetValueOrDefault("batch", "numbers"),
            Log = values.GetValueOrDefault("log"),
            Items = Number("items", 1),
            Throttle = Number("throttle", 8),
            Usage = values.TryGetValue("usage", out var units) ? double.Parse(units, CultureInfo.InvariantCulture) : null,
            Steps = Number("steps", 0),
            Starts = values.ContainsKey("starts") ? Number("starts", 0) : null,
            Resume = Number("resume", 0) == 1,
            Ordered = Number("ordered", 0) == 1,
            Hold = Number("hold", 0) == 1,
            Padding = Number("padding", 0),
        };

        int Number(string name, int otherwise) => values.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }
}
