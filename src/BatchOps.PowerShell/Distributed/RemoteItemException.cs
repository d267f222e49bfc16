using System.Management.Automation;

namespace BatchOps;

/// <summary>A failure that happened in a worker, of a type that is not made anew here.</summary>
public sealed class RemoteItemException : RuntimeException
{
    internal RemoteItemException(string originalType, string message, Exception? inner)
        : base(message, inner)
    {
        OriginalType = originalType;
    }

    /// <summary>The full name of the exception's type in the worker.</summary>
    public string OriginalType { get; }
}
