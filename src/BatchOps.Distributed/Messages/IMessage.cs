namespace BatchOps.Distributed;

/// <summary>What travels over the broker.</summary>
public interface IMessage
{
    /// <summary>What sort of message it is; part of what is signed.</summary>
    static abstract string Kind { get; }

    /// <summary>The form's version; a message of another is refused.</summary>
    int Version { get; }

    /// <summary>The batch that it belongs to: random, new each time a batch begins anew.</summary>
    string Batch { get; }
}
