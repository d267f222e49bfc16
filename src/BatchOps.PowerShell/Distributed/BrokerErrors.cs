using System.Management.Automation;
using BatchOps.Distributed;
using BatchOps.Engine;

namespace BatchOps.PowerShell.Distributed;

/// <summary>Makes the error records that speak of a broker.</summary>
internal static class BrokerErrors
{
    /// <summary>The record that ends a cmdlet; null for an error of another kind.</summary>
    public static ErrorRecord? Of(Exception error) => error switch
    {
        BrokerException broker => new ErrorRecord(broker, $"Broker{broker.Fault}", CategoryOf(broker.Fault), targetObject: null),
        BatchOptionsException => new ErrorRecord(error, "BatchOptionsInvalid", ErrorCategory.InvalidArgument, targetObject: null),
        BatchArgumentException argument => argument.ToRecord(),
        _ => null,
    };

    private static ErrorCategory CategoryOf(BrokerFault fault) => fault switch
    {
        BrokerFault.Unreachable or BrokerFault.ConnectionLost => ErrorCategory.ConnectionError,
        BrokerFault.AccessRefused => ErrorCategory.PermissionDenied,
        BrokerFault.Untrusted => ErrorCategory.SecurityError,
        BrokerFault.TopologyMissing => ErrorCategory.ObjectNotFound,
        BrokerFault.TopologyDiffers => ErrorCategory.ResourceExists,
        BrokerFault.TooLarge => ErrorCategory.LimitsExceeded,
        _ => ErrorCategory.ResourceUnavailable,
    };
}
