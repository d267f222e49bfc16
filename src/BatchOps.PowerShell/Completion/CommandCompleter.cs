using System.Management.Automation;

namespace BatchOps.PowerShell.Completion;

/// <summary>Offers the session's commands.</summary>
internal sealed class CommandCompleter() : CommandNameCompleter("Get-Command", static lister => lister.AddParameter("CommandType", CommandTypes.Function | CommandTypes.Filter | CommandTypes.Cmdlet | CommandTypes.Alias));
