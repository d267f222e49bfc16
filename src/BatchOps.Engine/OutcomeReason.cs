namespace BatchOps.Engine;

/// <summary>Why an item did not simply run to its end, or why a run stopped early.</summary>
public enum OutcomeReason
{
    /// <summary>Nothing out of the ordinary.</summary>
    None,

    /// <summary>The circuit breaker was open when the wait or the run ended.</summary>
    BreakerOpen,

    /// <summary>The share of failed items rose above <see cref="BatchOptions.StopAbove"/>.</summary>
    StopAbove,

    /// <summary>The run's deadline passed.</summary>
    Deadline,

    /// <summary>The batch had spent <see cref="BatchOptions.UsageLimit"/>.</summary>
    Budget,

    /// <summary>The item waited for admission longer than <see cref="BatchOptions.WaitTimeout"/>.</summary>
    AdmissionTimeout,

    /// <summary>The last attempt ran longer than <see cref="BatchOptions.AttemptTimeout"/>.</summary>
    AttemptTimeout,

    /// <summary>The item took longer than <see cref="BatchOptions.ItemTimeout"/>, retries included.</summary>
    ItemTimeout,

    /// <summary>The server asked for a wait beyond the item's deadline or <see cref="RetryOptions.MaxRetryAfter"/>.</summary>
    RetryAfterTooLong,

    /// <summary>The next retry would have started after the item's deadline.</summary>
    NoTimeToRetry,

    /// <summary>The run was canceled.</summary>
    Canceled,
}
