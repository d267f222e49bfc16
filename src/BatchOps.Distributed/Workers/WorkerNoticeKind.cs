namespace BatchOps.Distributed;

/// <summary>What a worker's notice is about.</summary>
public enum WorkerNoticeKind
{
    /// <summary>It is connected and takes work.</summary>
    Connected,

    /// <summary>The broker is away, or the connection broke: what was at work is stopped, and the worker connects again.</summary>
    ConnectionLost,

    /// <summary>A message was not run.</summary>
    Refused,

    /// <summary>A result can't be delivered for now; it is tried again.</summary>
    ResultDelayed,

    /// <summary>The broker has the result of an attempt; its message is given up next.</summary>
    Finished,

    /// <summary>It has ended as it was told to.</summary>
    Drained,
}
