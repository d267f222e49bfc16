namespace BatchOps.Engine;

/// <summary>Turns items and outputs into text that a journal keeps, and outputs back.</summary>
/// <typeparam name="TInput">The items of the run.</typeparam>
/// <typeparam name="TOutput">What an attempt yields.</typeparam>
public interface IJournalCodec<in TInput, TOutput>
{
    /// <summary>The text of an output. Called by the worker, before the attempt ends.</summary>
    /// <param name="output">What the attempt yielded.</param>
    /// <returns>JSON from which <see cref="Decode"/> makes an equal output.</returns>
    StoredValue Encode(TOutput? output);

    /// <summary>The output of a text that <see cref="Encode"/> made, in this process or another.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is of another form; the item is run again.</exception>
    TOutput? Decode(string text);

    /// <summary>The text of an item, for <see cref="JournalContent.All"/>.</summary>
    /// <param name="input">The item.</param>
    StoredValue EncodeInput(TInput input);

    /// <summary>What a journal says of an error; secrets in it are redacted afterwards.</summary>
    /// <param name="error">The error.</param>
    /// <returns>Its type, as users know it, and its message.</returns>
    (string Type, string Message) Describe(Exception error);
}
