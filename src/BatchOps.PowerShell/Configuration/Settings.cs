using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using BatchOps.PowerShell.Commands;
using BatchOps.PowerShell.Intake;

namespace BatchOps.PowerShell.Configuration;

/// <summary>Fills a cmdlet's parameters that were not given: from <c>$BatchOpsPreference</c>, then from <c>BATCHOPS_*</c> environment variables.</summary>
internal static class Settings
{
    public const string PreferenceVariable = "BatchOpsPreference";

    private const string EnableConcurrency = "BATCHOPS_ENABLE_CONCURRENCY";

    private static readonly Dictionary<string, string> EnvironmentVariables = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ThrottleLimit"] = "BATCHOPS_THROTTLE_LIMIT",
        ["RetryCount"] = "BATCHOPS_RETRY_COUNT",
        ["RetryDelaySeconds"] = "BATCHOPS_RETRY_DELAY",
        ["BreakAfter"] = "BATCHOPS_BREAK_AFTER",
        ["BreakSeconds"] = "BATCHOPS_BREAK_SECONDS",
        ["MaxConcurrentSlides"] = "BATCHOPS_MAX_CONCURRENT_SLIDES",
        ["SlidesBatchSize"] = "BATCHOPS_SLIDES_BATCH_SIZE",
        ["ConnectionPoolSize"] = "BATCHOPS_CONNECTION_POOL_SIZE",
        ["ConnectionTimeoutSeconds"] = "BATCHOPS_CONNECTION_TIMEOUT",
    };

    // Parameters that mean one call, never a habit.
    private static readonly HashSet<string> NotConfigurable = new(StringComparer.OrdinalIgnoreCase)
    {
        "InputObject", "ScriptBlock", "Command", "CommandParameter", "Broker", "Credential", "SigningKey", "Throttle", "TotalCount", "SummaryVariable", "AsJob",
        "Name", "Resume", "SkipCompleted", "Force", "OperationVersion",
        "Template", "OutputPath", "Path", "LiteralPath", "InPlace", "TemplateId", "Title", "PresentationId", "AccessToken", "Page", "Password", "ApiKey", "Text", "Section", "Image", "Notes",
    };

    /// <summary>Fills in what was not given on the command line.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="preference">The value of <c>$BatchOpsPreference</c>.</param>
    /// <returns>Whether everything is to run one at a time because the environment says so.</returns>
    /// <exception cref="BatchArgumentException">A key is unknown or a value does not parse.</exception>
    public static bool Apply(PSCmdlet cmdlet, object? preference) => Apply(cmdlet, preference, cmdlet.MyInvocation.BoundParameters);

    private static bool Apply(PSCmdlet cmdlet, object? preference, IDictionary<string, object> bound)
    {
        var parameters = ParametersOf(cmdlet.GetType());
        foreach (var (name, variable) in EnvironmentVariables)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text && parameters.TryGetValue(name, out var property) && !bound.ContainsKey(name))
            {
                Assign(cmdlet, property, text, $"the environment variable {variable}");
            }
        }

        foreach (var (name, value) in Preferences(preference))
        {
            if (!parameters.TryGetValue(name, out var property))
            {
                // One table serves all cmdlets: what another of them has is none of this one's business.
                if (!Known.Value.Contains(name))
                {
                    throw new BatchArgumentException("PreferenceUnknown", $"${PreferenceVariable} has the key '{name}', which is no parameter that can be preset. It may have: {string.Join(", ", Known.Value.Order(StringComparer.OrdinalIgnoreCase))}.", name);
                }
            }
            else if (!bound.ContainsKey(name))
            {
                Assign(cmdlet, property, value, $"${PreferenceVariable}['{name}']");
            }
        }

        return ConcurrencyIsOff();
    }

    /// <summary>Checks all settings without using them.</summary>
    /// <exception cref="BatchArgumentException">A key is unknown or a value does not parse.</exception>
    public static void Check(object? preference)
    {
        foreach (var type in BatchCommands)
        {
            Apply((PSCmdlet)Activator.CreateInstance(type)!, preference, new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase));
        }
    }

    /// <summary>The environment variables that are set.</summary>
    public static string Describe() => string.Join(", ", EnvironmentVariables.Values.Append(EnableConcurrency)
        .Select(static name => (Name: name, Value: Environment.GetEnvironmentVariable(name)))
        .Where(static v => !string.IsNullOrEmpty(v.Value))
        .Select(static v => $"{v.Name}={v.Value}"));

    private static IEnumerable<Type> BatchCommands => BatchCommand.ExportedCommands.Where(static type => type.IsSubclassOf(typeof(BatchCommand)));

    private static readonly Lazy<HashSet<string>> Known = new(static () => BatchCommands.SelectMany(static type => ParametersOf(type).Keys).ToHashSet(StringComparer.OrdinalIgnoreCase));

    private static Dictionary<string, PropertyInfo> ParametersOf(Type type) => type
        .GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(static p => p.IsDefined(typeof(ParameterAttribute), inherit: true) && !NotConfigurable.Contains(p.Name))
        .ToDictionary(static p => p.Name, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<(string Name, object? Value)> Preferences(object? preference)
    {
        switch (preference is PSObject wrapped ? wrapped.BaseObject : preference)
        {
            case null:
                return [];
            case IDictionary table:
                return table.Entries().Select(static e => (e.Key.ToString() ?? string.Empty, e.Value));
            case var other:
                throw new BatchArgumentException("PreferenceInvalid", $"${PreferenceVariable} is a {other.GetType().Name}; it must be a hashtable with parameter names as keys, such as @{{ ThrottleLimit = 10 }}.", other);
        }
    }

    private static void Assign(PSCmdlet cmdlet, PropertyInfo property, object? value, string source)
    {
        try
        {
            var target = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var converted = LanguagePrimitives.ConvertTo(value, target, CultureInfo.InvariantCulture);
            foreach (var range in property.GetCustomAttributes<ValidateRangeAttribute>())
            {
                RequireRange(range, converted);
            }

            if (property.IsDefined(typeof(ValidateRateLimitAttribute)))
            {
                ValidateRateLimitAttribute.Require(converted);
            }

            property.SetValue(cmdlet, converted);
        }
        catch (Exception error) when (error is PSInvalidCastException or ArgumentException or ValidationMetadataException or TargetInvocationException)
        {
            throw new BatchArgumentException("PreferenceInvalid", $"The value '{value}' of {source} can't be used as -{property.Name}: {(error.InnerException ?? error).Message}", value);
        }
    }

    private static void RequireRange(ValidateRangeAttribute range, object value)
    {
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (number < Convert.ToDouble(range.MinRange, CultureInfo.InvariantCulture) || number > Convert.ToDouble(range.MaxRange, CultureInfo.InvariantCulture))
        {
            throw new ArgumentException($"it must lie between {range.MinRange} and {range.MaxRange}.", nameof(value));
        }
    }

    private static bool ConcurrencyIsOff() => Environment.GetEnvironmentVariable(EnableConcurrency)?.Trim().ToLowerInvariant() switch
    {
        null or "" or "true" or "1" => false,
        "false" or "0" => true,
        var other => throw new BatchArgumentException("PreferenceInvalid", $"The value '{other}' of the environment variable {EnableConcurrency} is neither true nor false.", other),
    };
}
