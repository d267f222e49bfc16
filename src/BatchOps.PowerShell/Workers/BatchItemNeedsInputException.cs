using System.Management.Automation;

namespace BatchOps.PowerShell.Workers;

/// <summary>An item asked for input that nobody can give it.</summary>
internal sealed class BatchItemNeedsInputException : PSInvalidOperationException
{
    public BatchItemNeedsInputException(string what)
        : this($"The item asked for {what}, but items run unattended. Pass the value in (-Variable, $using:), or switch the question off (-Confirm:$false, -Force).", inner: null)
    {
    }

    private BatchItemNeedsInputException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>The exception again, of which only the message is known.</summary>
    public static BatchItemNeedsInputException Saying(string message) => new(message, inner: null);
}
