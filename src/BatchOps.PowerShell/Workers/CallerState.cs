using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace BatchOps.PowerShell.Workers;

/// <summary>What a worker takes over from the session that called the cmdlet.</summary>
internal sealed record CallerState
{
    // Every preference variable that about_Preference_Variables names and that means something in a worker.
    private static readonly string[] PreferenceVariables =
    [
        "ConfirmPreference", "DebugPreference", "ErrorActionPreference", "ErrorView", "FormatEnumerationLimit",
        "InformationPreference", "LogCommandHealthEvent", "LogCommandLifecycleEvent", "MaximumHistoryCount", "OFS",
        "OutputEncoding", "ProgressPreference", "PSDefaultParameterValues", "PSEmailServer", "PSModuleAutoLoadingPreference",
        "PSNativeCommandArgumentPassing", "PSNativeCommandUseErrorActionPreference", "PSSessionApplicationName",
        "PSSessionConfigurationName", "PSSessionOption", "VerbosePreference", "WarningPreference", "WhatIfPreference",
        "BatchOpsPreference",
    ];

    private CallerState(Dictionary<string, object?> variables, SessionState session)
    {
        Variables = variables;
        Location = session.Path.CurrentLocation;
        LanguageMode = session.LanguageMode;
        Drives = UnixFileSystem.DrivesOf(session);
    }

    /// <summary>Preference variables by name.</summary>
    public IReadOnlyDictionary<string, object?> Variables { get; init; }

    public PathInfo Location { get; }

    public PSLanguageMode LanguageMode { get; }

    /// <summary>The file system's drives; null where a runspace is to look for them itself.</summary>
    public UnixFileSystem.Drives? Drives { get; }

    public CultureInfo Culture { get; init; } = CultureInfo.CurrentCulture;

    public CultureInfo UICulture { get; init; } = CultureInfo.CurrentUICulture;

    /// <summary>Takes the state of the calling scope.</summary>
    /// <param name="caller">The calling session.</param>
    /// <param name="bound">The cmdlet's own parameters: -Verbose and -Debug of the cmdlet mean the items.</param>
    public static CallerState Capture(SessionState caller, IDictionary<string, object> bound)
    {
        var variables = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in PreferenceVariables)
        {
            if (caller.PSVariable.Get(name) is { } variable)
            {
                variables[name] = name == "PSDefaultParameterValues" ? WithoutScriptBlocks(variable.Value) : variable.Value;
            }
        }

        TakeSwitch("Verbose", "VerbosePreference");
        TakeSwitch("Debug", "DebugPreference");
        return new CallerState(variables, caller);

        void TakeSwitch(string parameter, string preference)
        {
            if (bound.TryGetValue(parameter, out var value) && value is SwitchParameter given)
            {
                variables[preference] = given ? ActionPreference.Continue : ActionPreference.SilentlyContinue;
            }
        }
    }

    /// <summary>A copy for the workers: they must not write to the caller's table at the same time, nor run its script blocks.</summary>
    public static DefaultParameterDictionary? WithoutScriptBlocks(object? value)
    {
        if ((value is PSObject wrapped ? wrapped.BaseObject : value) is not IDictionary defaults)
        {
            return null;
        }

        var copy = new DefaultParameterDictionary();
        foreach (DictionaryEntry entry in defaults)
        {
            if (entry.Value is not ScriptBlock and not PSObject { BaseObject: ScriptBlock })
            {
                copy[entry.Key] = entry.Value!;
            }
        }

        return copy;
    }
}
