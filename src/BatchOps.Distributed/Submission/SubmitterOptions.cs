using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>How a run is submitted to the workers of a broker.</summary>
public sealed record SubmitterOptions
{
    // Room between the end of the longest attempt and the moment at which the broker would take its message back: a worker may
    // hold the message for a while before the attempt starts.
    private static readonly TimeSpan ReturnMargin = WorkerSession.LongestWait + TimeSpan.FromSeconds(30);

    /// <summary>The broker.</summary>
    public required BrokerOptions Broker { get; init; }

    /// <summary>Signs what is sent and checks what comes back.</summary>
    public required MessageSigner Signer { get; init; }

    /// <summary>After how long the broker takes back a message that a worker has not acknowledged: its setting <c>consumer_timeout</c>.</summary>
    /// <value>More than 330 s; default 30 minutes, as the broker's own.</value>
    public TimeSpan ConsumerTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long after its submission an item may still be started.</summary>
    /// <value>More than 0; default one day.</value>
    public TimeSpan Expiry { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How often workers are asked what they hold, so that work which a broker lost is submitted again.</summary>
    /// <value>More than 0; default 5 s.</value>
    public TimeSpan RollCallPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long answers to a roll call are waited for.</summary>
    /// <value>More than 0; default 1 s.</value>
    public TimeSpan RollCallPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time that an attempt may take on a worker.</summary>
    internal TimeSpan LongestAttempt => ConsumerTimeout - ReturnMargin;

    /// <summary>Checks every option.</summary>
    /// <exception cref="BatchOptionsException">At least one option cannot work; its message names them all.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        if (ConsumerTimeout <= ReturnMargin)
        {
            errors.Add($"ConsumerTimeout is {ConsumerTimeout.TotalSeconds:0.###} s; it must be more than {ReturnMargin.TotalSeconds:0} s.");
        }

        RequirePositive(Expiry, nameof(Expiry), errors);
        RequirePositive(RollCallPeriod, nameof(RollCallPeriod), errors);
        RequirePositive(RollCallPatience, nameof(RollCallPatience), errors);
        if (errors.Count > 0)
        {
            throw new BatchOptionsException(errors);
        }
    }

    /// <summary>Refuses a run whose attempts may take longer than the broker waits for them.</summary>
    internal void Require(BatchOptions run)
    {
        if (run.AttemptTimeout > LongestAttempt)
        {
            throw new BatchOptionsException([
                $"AttemptTimeout is {run.AttemptTimeout.Value.TotalSeconds:0.###} s, but the broker takes back what a worker has not ended after {ConsumerTimeout.TotalSeconds:0.###} s. Set 'consumer_timeout' in its rabbitmq.conf (in milliseconds) to more than that and {ReturnMargin.TotalSeconds:0} s, and say so with ConsumerTimeout; or give a shorter AttemptTimeout.",
            ]);
        }
    }

    private static void RequirePositive(TimeSpan value, string name, List<string> errors)
    {
        if (value <= TimeSpan.Zero)
        {
            errors.Add($"{name} is {value.TotalSeconds:0.###} s; it must be more than 0.");
        }
    }
}
