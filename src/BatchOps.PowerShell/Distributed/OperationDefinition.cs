using System.Text.Json;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Distributed;

/// <summary>What is done to each item, as data: a script block or a command's parameters, and what the caller's session lends them.</summary>
/// <remarks>Values are texts of <see cref="Journal.ValueCodec"/>, by name.</remarks>
internal sealed record OperationDefinition
{
    /// <summary>The block; null for a named command.</summary>
    public ScriptText? Block { get; init; }

    /// <summary>The module that the block belongs to; null for none.</summary>
    public ModuleReference? Owner { get; init; }

    /// <summary>Values of <c>$using:</c> by the interpreter's key.</summary>
    public Dictionary<string, string> Using { get; init; } = [];

    /// <summary>Values of variables.</summary>
    public Dictionary<string, string> Variables { get; init; } = [];

    /// <summary>Functions by name.</summary>
    public Dictionary<string, ScriptText> Functions { get; init; } = [];

    /// <summary>Modules to import.</summary>
    public IReadOnlyList<ModuleReference> Modules { get; init; } = [];

    /// <summary>What runs once in each of the worker's runspaces; null for nothing.</summary>
    public ScriptText? Initialization { get; init; }

    /// <summary>What says of a failure how it is taken; null for nothing.</summary>
    public ScriptText? RetryWhen { get; init; }

    /// <summary>The parameters of a named command.</summary>
    public string? Parameters { get; init; }

    /// <summary>Values of the caller's preference variables that are not as a new session has them.</summary>
    public Dictionary<string, string> Preferences { get; init; } = [];

    /// <summary>The caller's culture, by name.</summary>
    public required string Culture { get; init; }

    /// <summary>The caller's culture for messages, by name.</summary>
    public required string UICulture { get; init; }

    /// <summary>Whether an error that an item lets pass fails it.</summary>
    public bool FailOnError { get; init; }

    /// <summary>Whether each item has a runspace of its own.</summary>
    public bool UseNewRunspace { get; init; }

    /// <summary>The JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, WireContext.Default.OperationDefinition);

    /// <summary>Reads the JSON.</summary>
    /// <exception cref="FormatException">It is of another form.</exception>
    public static OperationDefinition Parse(string json) => WireContext.Read(json, WireContext.Default.OperationDefinition);
}
