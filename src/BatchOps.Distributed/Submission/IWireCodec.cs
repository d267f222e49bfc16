using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>How a run's operation, items and outcomes travel.</summary>
/// <typeparam name="TInput">The items of the run.</typeparam>
/// <typeparam name="TOutput">What an attempt yields.</typeparam>
public interface IWireCodec<in TInput, TOutput>
{
    /// <summary>What is done to an item; travels with each.</summary>
    OperationMessage Operation { get; }

    /// <summary>The JSON of an item.</summary>
    /// <param name="input">The item.</param>
    /// <exception cref="FormatException">The item has no JSON form; the message says why and what to do.</exception>
    string Encode(TInput input);

    /// <summary>The outcome that a worker sent.</summary>
    /// <param name="result">The message.</param>
    /// <param name="input">The item; default where it is not at hand, because an earlier run had submitted it.</param>
    /// <exception cref="FormatException">The message is not of this operation's form.</exception>
    AttemptOutcome<TOutput> Decode(ResultMessage result, TInput? input);
}
