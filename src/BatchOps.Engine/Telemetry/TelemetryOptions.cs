namespace BatchOps.Engine;

/// <summary>What metrics and spans of a run are called by. Names of few values: every one makes a time series of its own.</summary>
public sealed record TelemetryOptions
{
    /// <summary>The batch, in the tag <c>batchops.batch</c>.</summary>
    /// <value>Default null: <see cref="BatchOptions.BatchName"/>, and without that no tag.</value>
    public string? Batch { get; init; }

    /// <summary>The command that started the run, in the tag <c>batchops.command</c>.</summary>
    /// <value>Default null: no tag.</value>
    public string? Command { get; init; }

    /// <summary>The exception that one of the engine's user stands for; null where it stands for itself.</summary>
    internal Func<Exception, Exception?>? Original { get; init; }
}
