namespace BatchOps.Emulators.Google;

/// <summary>What goes wrong with a request that nothing is wrong with.</summary>
public enum FaultKind
{
    /// <summary>The connection ends before the request is applied.</summary>
    DropBefore,

    /// <summary>The request is applied, then the connection ends without an answer.</summary>
    DropAfter,

    /// <summary>500, not applied.</summary>
    Status500,

    /// <summary>503, not applied.</summary>
    Status503,

    /// <summary>Applied, but answered with 503.</summary>
    Status503After,

    /// <summary>502 with a page of HTML, not applied.</summary>
    Html502,

    /// <summary>No answer, ever, and not applied: the connection stays open until the client gives up.</summary>
    Stall,

    /// <summary>The request is applied; of the answer come the headers and one byte, then nothing until the client gives up.</summary>
    StallAfter,

    /// <summary>429 whatever the quota says, not applied.</summary>
    Throttle,
}
