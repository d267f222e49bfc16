using System.Management.Automation;

namespace BatchOps.PowerShell.Workers;

/// <summary>An item asked for input that nobody can give it.</summary>
internal sealed class BatchItemNeedsInputException(string what)
    : PSInvalidOperationException($"The item asked for {what}, but items run unattended. Pass the value in (-Variable, $using:), or switch the question off (-Confirm:$false, -Force).");
