using System.Collections;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using BatchOps.PowerShell.Intake;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Journal;

/// <summary>What is done to an item, as a hash: two runs with equal hashes may use each other's results.</summary>
/// <remarks>
/// It covers the text of the block and its initialization, the values it uses, passed functions and module versions. A
/// value without content of its own (a secret, a connection) counts by name and type only.
/// </remarks>
internal static class OperationHash
{
    /// <summary>The hash of an operation, in hexadecimal.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="ignored">Names of variables whose values do not matter.</param>
    public static string Of(ScriptOperation operation, IReadOnlyCollection<string> ignored)
    {
        var text = new StringBuilder();
        Append("block", operation.Block.ToString());
        Append("initialization", operation.Initialization?.Extent.Text);
        Append("failOnError", operation.FailOnError.ToString());
        Append("module", operation.Module is { } owner ? $"{owner.Name} {owner.Version}" : null);
        foreach (DictionaryEntry value in operation.Using.Entries().OrderBy(static e => (string)e.Key, StringComparer.Ordinal))
        {
            var expression = Encoding.Unicode.GetString(Convert.FromBase64String((string)value.Key));
            if (!IsIgnored(expression))
            {
                Append(expression, ContentOf(value.Value));
            }
        }

        foreach (var (name, value) in operation.Variables.OrderBy(static v => v.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (!IsIgnored(name))
            {
                Append("$" + name.ToLowerInvariant(), ContentOf(value));
            }
        }

        foreach (var function in operation.Functions)
        {
            Append("function " + function.Name, function.Text);
        }

        foreach (var module in operation.Modules)
        {
            Append("module " + module.Name, module.Version);
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16)).ToLowerInvariant();

        void Append(string what, string? content) => text.Append(what).Append('=').Append(content?.Length ?? -1).Append(':').Append(content).Append('\n');

        bool IsIgnored(string expression) => ignored.Any(name =>
            expression.StartsWith("$using:", StringComparison.OrdinalIgnoreCase)
                ? expression.AsSpan(7).StartsWith(name, StringComparison.OrdinalIgnoreCase) && (expression.Length == 7 + name.Length || !(char.IsLetterOrDigit(expression[7 + name.Length]) || expression[7 + name.Length] == '_'))
                : expression.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A value's content, or its type where it has none that could be compared.</summary>
    public static string ContentOf(object? value)
    {
        try
        {
            return ContentKey.Of(value);
        }
        catch (BatchArgumentException)
        {
            return (value is PSObject wrapped ? wrapped.BaseObject : value)!.GetType().FullName!;
        }
    }
}
