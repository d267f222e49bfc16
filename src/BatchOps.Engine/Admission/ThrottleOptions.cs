namespace BatchOps.Engine;

/// <summary>The limits that a throttle keeps for all runs that share it.</summary>
public sealed record ThrottleOptions
{
    /// <summary>Most attempts at once over all runs of the throttle.</summary>
    /// <value>1 to 100,000; default null: only the runs' own limits count.</value>
    public int? ThrottleLimit { get; init; }

    /// <summary>How many items may start in a window of time.</summary>
    /// <value>Default null: no limit.</value>
    public RateLimit? Rate { get; init; }

    /// <summary>
    /// Find the service's limit: start at 2 attempts at once, grow with success, shrink on errors and 429s, up to
    /// <see cref="ThrottleLimit"/> and the runs' own limits.
    /// </summary>
    /// <value>Default false. A run that is sequential has no use for it.</value>
    public bool Adaptive { get; init; }

    /// <summary>Limits that an operation acquires by name for each call it makes inside an attempt.</summary>
    /// <value>Default none.</value>
    public IReadOnlyDictionary<string, RateLimit> CallRates { get; init; } = new Dictionary<string, RateLimit>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Consecutive transient failures that open the circuit breaker.</summary>
    /// <value>1 or more; default null: no breaker.</value>
    public int? BreakAfter { get; init; }

    /// <summary>How long an opened breaker lets nothing through before it admits one probe.</summary>
    /// <value>More than 0; default 60 seconds.</value>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(60);

    internal void Validate(ICollection<string> errors)
    {
        if (ThrottleLimit is < 1 or > 100_000)
        {
            errors.Add($"ThrottleLimit is {ThrottleLimit}; it must lie between 1 and 100000.");
        }

        if (BreakAfter is < 1)
        {
            errors.Add($"BreakAfter is {BreakAfter}; it must be 1 or more. Leave it out for no breaker.");
        }

        if (BreakDuration <= TimeSpan.Zero)
        {
            errors.Add($"BreakDuration is {BreakDuration.TotalSeconds} s; it must be more than 0.");
        }

        Rate?.Validate(nameof(Rate), errors);
        foreach (var (name, rate) in CallRates)
        {
            rate.Validate($"CallRates['{name}']", errors);
        }
    }
}
