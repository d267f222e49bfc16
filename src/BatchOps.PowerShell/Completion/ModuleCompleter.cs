namespace BatchOps.PowerShell.Completion;

/// <summary>Offers the modules that can be imported.</summary>
internal sealed class ModuleCompleter() : CommandNameCompleter("Get-Module", static lister => lister.AddParameter("ListAvailable"));
