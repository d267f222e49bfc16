using System.Management.Automation;
using BatchOps.PowerShell.Completion;

namespace BatchOps.PowerShell.Commands;

/// <summary>What the cmdlets that list a journal's runs or items can be asked.</summary>
public abstract class JournalListCommand : JournalCommand
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "FullName")]
    [ValidateNotNullOrEmpty]
    public override string Journal { get; set; } = null!;

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BatchNameCompleter))]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public Guid[]? RunId { get; set; }
}
