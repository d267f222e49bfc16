namespace BatchOps.Distributed;

/// <summary>Why the worker ends what it holds.</summary>
internal enum EndReason
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>It has not started, and others shall have it.</summary>
    HandBack,

    /// <summary>Its submitter took it back.</summary>
    Stopped,

    /// <summary>Its time is over.</summary>
    TimedOut,

    /// <summary>The worker has to end.</summary>
    Drained,

    /// <summary>The connection is gone: the broker has given it to others.</summary>
    Lost,
}
