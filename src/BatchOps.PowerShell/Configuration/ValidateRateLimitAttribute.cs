using System.Management.Automation;
using BatchOps.Engine;

namespace BatchOps.PowerShell.Configuration;

/// <summary>Accepts only the text of a rate limit.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidateRateLimitAttribute : ValidateArgumentsAttribute
{
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (!RateLimit.TryParse(arguments?.ToString(), out _))
        {
            throw new ValidationMetadataException($"'{arguments}' is not a rate limit. Write units, a slash and a window: '10/s', '600/min', '5000/hour', '100/10s', '1000/day'.");
        }
    }
}
