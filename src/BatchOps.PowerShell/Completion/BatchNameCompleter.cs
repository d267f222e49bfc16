using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace BatchOps.PowerShell.Completion;

/// <summary>Offers the names of the batches that the journal given holds, the last run first.</summary>
internal sealed class BatchNameCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        if (fakeBoundParameters["Journal"] is not { } journal)
        {
            return [];
        }

        using var lister = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        lister.AddCommand("Get-BatchRun").AddParameter("Journal", journal).AddParameter("ErrorAction", ActionPreference.Ignore);
        var typed = wordToComplete.Trim('\'', '"');
        return lister.Invoke<JournalRun>()
            .Reverse()
            .Select(static run => run.Name)
            .Distinct(StringComparer.Ordinal)
            .Where(name => name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(CommandNameCompleter.Offer)
            .ToList();
    }
}
