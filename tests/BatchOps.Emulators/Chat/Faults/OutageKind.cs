namespace BatchOps.Emulators.Chat;

/// <summary>What clients see of an outage.</summary>
public enum OutageKind
{
    /// <summary>503 at once.</summary>
    Status503,

    /// <summary>The connection ends without an answer.</summary>
    Drop,
}
