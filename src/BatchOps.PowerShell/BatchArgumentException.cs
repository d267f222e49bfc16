using System.Management.Automation;

namespace BatchOps.PowerShell;

/// <summary>An argument that can't work, found before anything starts.</summary>
/// <param name="errorId">The error's id.</param>
/// <param name="message">What was given, and the remedy.</param>
/// <param name="target">The value given.</param>
/// <param name="inner">What found it.</param>
internal sealed class BatchArgumentException(string errorId, string message, object? target, Exception? inner = null) : PSArgumentException(message, inner)
{
    /// <summary>The error's id.</summary>
    public string ErrorId => errorId;

    /// <summary>The record that ends the cmdlet.</summary>
    public ErrorRecord ToRecord() => new(this, errorId, ErrorCategory.InvalidArgument, target);
}
