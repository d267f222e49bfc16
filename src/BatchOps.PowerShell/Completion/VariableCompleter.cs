namespace BatchOps.PowerShell.Completion;

/// <summary>Offers the variables of the calling scope.</summary>
internal sealed class VariableCompleter() : CommandNameCompleter("Get-Variable", static _ => { });
