namespace BatchOps.Engine;

/// <summary>Further attempts after a transient or throttled one: exponential backoff with full jitter.</summary>
/// <remarks>
/// The delay before retry n (n = 1, 2, ...) is drawn evenly from 0 to min(<see cref="MaxDelay"/>,
/// <see cref="Delay"/> * 2^(n-1)): "full jitter" of the AWS Architecture Blog, "Exponential Backoff And Jitter".
/// </remarks>
public sealed record RetryOptions
{
    /// <summary>Attempts after the first.</summary>
    /// <value>0 to 1,000,000; default 0: none.</value>
    public int Count { get; init; }

    /// <summary>Upper end of the first retry's delay; it doubles with every further retry.</summary>
    /// <value>0 or more; default 1 second.</value>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Upper end of any retry's delay.</summary>
    /// <value>At least <see cref="Delay"/>; default 60 seconds.</value>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest wait a server may ask for; an item that is told to wait longer fails at once.</summary>
    /// <value>0 or more; default 300 seconds.</value>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(300);

    internal void Validate(ICollection<string> errors)
    {
        if (Count is < 0 or > 1_000_000)
        {
            errors.Add($"RetryCount is {Count}; it must lie between 0 and 1000000.");
        }

        if (Delay < TimeSpan.Zero)
        {
            errors.Add($"RetryDelay is {Delay.TotalSeconds} s; it must be 0 or more.");
        }

        if (MaxDelay < Delay)
        {
            errors.Add($"RetryMaxDelay is {MaxDelay.TotalSeconds} s, below RetryDelay ({Delay.TotalSeconds} s); raise it or lower RetryDelay.");
        }

        if (MaxRetryAfter < TimeSpan.Zero)
        {
            errors.Add($"MaxRetryAfter is {MaxRetryAfter.TotalSeconds} s; it must be 0 or more.");
        }
    }
}
