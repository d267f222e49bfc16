using System.Management.Automation;
using BatchOps.Engine;

namespace BatchOps.PowerShell.Configuration;

/// <summary>Accepts only the text of a rate limit.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidateRateLimitAttribute : ValidateArgumentsAttribute
{
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics) => Require(arguments);

    /// <summary>Checks a value that came another way than by the binding of a parameter.</summary>
    /// <exception cref="ValidationMetadataException">It is not the text of a rate limit.</exception>
    public static void Require(object? value)
    {
        if (!RateLimit.TryParse(value?.ToString(), out _))
        {
            throw new ValidationMetadataException($"'{value}' is not a rate limit. Write units, a slash and a window: '10/s', '600/min', '5000/hour', '100/10s', '1000/day'.");
        }
    }
}
