namespace BatchOps.Slides;

/// <summary>A deck could not be made. Of a new deck nothing was left behind.</summary>
public sealed class DeckException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">What kind of failure it is.</param>
    /// <param name="message">Which file it is about, what is wrong with it and what to do.</param>
    /// <param name="inner">What the file system or a parser said.</param>
    public DeckException(DeckFault fault, string message, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
    }

    /// <summary>What kind of failure it is.</summary>
    public DeckFault Fault { get; }

    /// <summary>How far the deck came, when it failed because of <see cref="DeckFault.Unresolved"/> tokens.</summary>
    public DeckResult? Result { get; init; }
}
