using System.Management.Automation;

namespace BatchOps.PowerShell.Completion;

/// <summary>Offers the session's functions.</summary>
internal sealed class FunctionCompleter() : CommandNameCompleter("Get-Command", static lister => lister.AddParameter("CommandType", CommandTypes.Function | CommandTypes.Filter));
