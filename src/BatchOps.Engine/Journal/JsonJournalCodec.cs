using System.Text.Json;

namespace BatchOps.Engine;

/// <summary>A codec on <see cref="JsonSerializer"/>, for runs from C#.</summary>
/// <typeparam name="TInput">The items of the run.</typeparam>
/// <typeparam name="TOutput">What an attempt yields; a type that System.Text.Json writes and reads.</typeparam>
/// <param name="options">How JSON is written; null for the serializer's defaults.</param>
public sealed class JsonJournalCodec<TInput, TOutput>(JsonSerializerOptions? options = null) : IJournalCodec<TInput, TOutput>
{
    /// <inheritdoc/>
    public StoredValue Encode(TOutput? output) => new(JsonSerializer.Serialize(output, options), Lossy: false);

    /// <inheritdoc/>
    public TOutput? Decode(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<TOutput>(text, options);
        }
        catch (JsonException error)
        {
            throw new FormatException(error.Message, error);
        }
    }

    /// <inheritdoc/>
    public StoredValue EncodeInput(TInput input) => new(JsonSerializer.Serialize(input, options), Lossy: false);

    /// <inheritdoc/>
    public (string Type, string Message) Describe(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return (error.GetType().FullName!, error.Message);
    }
}
