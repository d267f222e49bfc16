using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace BatchOps.PowerShell.Completion;

/// <summary>Offers what one of the session's own commands lists by name: functions, modules, variables.</summary>
internal abstract class CommandNameCompleter(string command, Action<System.Management.Automation.PowerShell> arguments) : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        using var lister = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        lister.AddCommand(command).AddParameter("Name", WildcardPattern.Escape(wordToComplete.Trim('\'', '"')) + "*").AddParameter("ErrorAction", ActionPreference.Ignore);
        arguments(lister);
        return lister.Invoke()
            .Select(static found => (string)found.Properties["Name"].Value)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.OrdinalIgnoreCase)
            .Select(Offer)
            .ToList();
    }

    /// <summary>Offers a name, in quotes where it needs them.</summary>
    internal static CompletionResult Offer(string name) =>
        new(name.Any(static c => !char.IsLetterOrDigit(c) && c is not '-' and not '_' and not '.') ? $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'" : name, name, CompletionResultType.ParameterValue, name);
}
