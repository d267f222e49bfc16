using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace BatchOps.PowerShell.Workers;

/// <summary>The host of a worker's runspace: what an item writes to it becomes a record; what asks a person fails the item.</summary>
internal sealed class WorkerHost(WorkerHostUI ui, CultureInfo culture, CultureInfo uiCulture, PSObject? privateData) : PSHost
{
    public override CultureInfo CurrentCulture => culture;

    public override CultureInfo CurrentUICulture => uiCulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "BatchOps";

    public override PSObject? PrivateData => privateData;

    public override PSHostUserInterface UI => ui;

    public override Version Version { get; } = typeof(WorkerHost).Assembly.GetName().Version!;

    public override void EnterNestedPrompt() => throw new BatchItemNeedsInputException("a nested prompt");

    public override void ExitNestedPrompt()
    {
    }

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
        // An item's exit ends the item, never the session.
    }
}
