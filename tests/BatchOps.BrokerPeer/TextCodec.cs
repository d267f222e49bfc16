using System.Text.Json;
using BatchOps.Distributed;
using BatchOps.Engine;

namespace BatchOps.BrokerPeer;

/// <summary>Items and outputs that are texts.</summary>
/// <param name="operation">The name of the operation.</param>
/// <param name="definition">What it is told.</param>
public sealed class TextCodec(string operation, string definition = "") : IWireCodec<string, string>
{
    public OperationMessage Operation { get; } = new() { Name = operation, Hash = operation + definition, Definition = definition };

    public string Encode(string input) => JsonSerializer.Serialize(input);

    public AttemptOutcome<string> Decode(ResultMessage result, string? input) => result.Class == OutcomeClass.Success
        ? AttemptOutcome<string>.Succeeded(JsonSerializer.Deserialize<string>(result.Output!))
        : new AttemptOutcome<string>
        {
            Class = result.Class,
            Error = new InvalidOperationException($"{result.Error?.Id} {result.Error?.Message}"),
            RetryAfter = result.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
}
