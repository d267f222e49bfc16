namespace BatchOps.Engine;

/// <summary>Where a run is journalled, and what it takes from what is there already.</summary>
public sealed record JournalOptions
{
    /// <summary>The SQLite file. It is made when it does not exist; its folder must.</summary>
    public required string Path { get; init; }

    /// <summary>What is done to an item, as a hash: a resume under the same name with another operation is refused.</summary>
    public required string OperationHash { get; init; }

    /// <summary>Go on with what the batch began last: what succeeded there is not run again.</summary>
    /// <value>Default false: the batch begins anew.</value>
    public bool Resume { get; init; }

    /// <summary>What succeeded before is counted and not handed out again; only with <see cref="Resume"/>.</summary>
    /// <value>Default false.</value>
    public bool SkipCompleted { get; init; }

    /// <summary>What is skipped carries the output that the journal holds of it, for those who put items together.</summary>
    /// <value>Default false: nothing is read of it.</value>
    public bool ReadSkipped { get; init; }

    /// <summary>Resume although the operation has changed.</summary>
    /// <value>Default false.</value>
    public bool Force { get; init; }

    /// <summary>How much of an item is kept.</summary>
    /// <value>Default <see cref="JournalContent.Results"/>.</value>
    public JournalContent Content { get; init; } = JournalContent.Results;

    /// <summary>Results of the same operation and key that are no older are used instead of running the item, whichever batch they belong to.</summary>
    /// <value>More than 0; default null: none are used.</value>
    public TimeSpan? CacheFor { get; init; }

    /// <summary>The command that started the run; a name, never its text.</summary>
    public string? Command { get; init; }

    /// <summary>The script that called it.</summary>
    public string? ScriptFile { get; init; }

    /// <summary>The line of <see cref="ScriptFile"/>, from 1.</summary>
    public int? ScriptLine { get; init; }

    /// <summary>How long a lock of another process is waited for.</summary>
    internal TimeSpan BusyTimeout { get; init; } = JournalFile.BusyTimeout;

    internal void Validate(ICollection<string> errors)
    {
        if (string.IsNullOrWhiteSpace(Path))
        {
            errors.Add("Journal.Path is empty; it must name a file.");
        }

        if (CacheFor is { } span && span <= TimeSpan.Zero)
        {
            errors.Add($"Journal.CacheFor is {span.TotalSeconds} s; it must be more than 0. Leave it out for no cache.");
        }

        if (Resume && Content == JournalContent.None)
        {
            errors.Add("Journal.Resume is given and Journal.Content is None; a journal without keys can't be resumed from. Use Results, or Keys with SkipCompleted.");
        }

        if (Resume && !SkipCompleted && Content == JournalContent.Keys)
        {
            errors.Add("Journal.Resume is given and Journal.Content is Keys; without results what succeeded can't be handed out again. Use Results, or SkipCompleted.");
        }

        if (SkipCompleted && !Resume)
        {
            errors.Add("Journal.SkipCompleted is given without Journal.Resume; there is nothing to skip in a batch that begins anew.");
        }

        if (CacheFor is not null && Content < JournalContent.Results)
        {
            errors.Add($"Journal.CacheFor is given and Journal.Content is {Content}; without results there is nothing to use again. Use Results.");
        }
    }
}
