using System.Management.Automation;

namespace BatchOps.PowerShell;

/// <summary>An argument that can't work, found before anything starts.</summary>
/// <param name="errorId">The error's id.</param>
/// <param name="message">What was given, and the remedy.</param>
/// <param name="target">The value given.</param>
internal sealed class BatchArgumentException(string errorId, string message, object? target) : PSArgumentException(message)
{
    /// <summary>The error's id.</summary>
    public string ErrorId => errorId;

    /// <summary>The record that ends the cmdlet.</summary>
    public ErrorRecord ToRecord() => new(this, errorId, ErrorCategory.InvalidArgument, target);
}
