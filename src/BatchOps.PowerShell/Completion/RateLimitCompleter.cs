using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace BatchOps.PowerShell.Completion;

/// <summary>Offers rate limits in the form that is read.</summary>
internal sealed class RateLimitCompleter : IArgumentCompleter
{
    private static readonly string[] Windows = ["s", "min", "hour", "day", "10s"];

    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        // The number that was typed, else one to start from.
        var typed = wordToComplete.Trim('\'', '"').Split('/')[0];
        var number = typed.Length > 0 && typed.All(char.IsAsciiDigit) ? typed : "10";
        return Windows.Select(window => new CompletionResult($"'{number}/{window}'", $"{number}/{window}", CompletionResultType.ParameterValue, $"{number} in every {window}"));
    }
}
