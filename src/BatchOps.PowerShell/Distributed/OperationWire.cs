using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Security;
using System.Text;
using BatchOps.Distributed;
using BatchOps.PowerShell.Intake;
using BatchOps.PowerShell.Journal;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Distributed;

/// <summary>Makes a message of an operation, and an operation of a message.</summary>
internal static class OperationWire
{
    // Preferences that decide what an item does, or which of its records are seen. The rest is the worker's own.
    private static readonly HashSet<string> Travelling = new(StringComparer.OrdinalIgnoreCase)
    {
        "ConfirmPreference", "DebugPreference", "ErrorActionPreference", "InformationPreference", "OFS", "PSDefaultParameterValues",
        "PSModuleAutoLoadingPreference", "PSNativeCommandArgumentPassing", "PSNativeCommandUseErrorActionPreference",
        "VerbosePreference", "WarningPreference", "WhatIfPreference",
    };

    /// <summary>The message of an operation.</summary>
    /// <exception cref="BatchArgumentException">Something that the block uses can't travel; the message names it.</exception>
    public static OperationMessage ToMessage(ScriptOperation operation)
    {
        var definition = new OperationDefinition
        {
            Culture = operation.Caller.Culture.Name,
            UICulture = operation.Caller.UICulture.Name,
            FailOnError = operation.FailOnError,
            UseNewRunspace = operation.UseNewRunspace,
            Preferences = Preferences(operation),
        };
        return new OperationMessage
        {
            Hash = operation.Hash(),
            Name = operation.Command?.Name,
            Definition = (operation.Command is { } command
                ? definition with { Parameters = Encode("-CommandParameter", command.Parameters) }
                : WithBlock(definition, operation)).ToJson(),
        };
    }

    /// <summary>The operation of a message, as this worker runs it.</summary>
    /// <param name="message">A message that the worker does not refuse.</param>
    /// <param name="session">What the worker's own session lends.</param>
    /// <exception cref="FormatException">The message is of another form.</exception>
    public static ScriptOperation ToOperation(OperationMessage message, HostSession session)
    {
        var definition = OperationDefinition.Parse(message.Definition);
        var caller = session.Caller with
        {
            Culture = CultureOf(definition.Culture),
            UICulture = CultureOf(definition.UICulture),
            Variables = session.Caller.Variables.Where(static p => !Travelling.Contains(p.Key))
                .Concat(definition.Preferences.Select(static p => KeyValuePair.Create(p.Key, Preference(p.Key, ValueCodec.DecodeOne(p.Value)))))
                .ToDictionary(static p => p.Key, static p => p.Value, StringComparer.OrdinalIgnoreCase),
        };
        return message.Name is { } name
            ? CommandOf(name, definition, caller, session)
            : BlockOf(definition, caller, session);
    }

    /// <summary>The data of a value.</summary>
    /// <param name="what">What it belongs to, for the message.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="BatchArgumentException">It is no data.</exception>
    public static string Encode(string what, object? value)
    {
        var known = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (known is SecureString or PSCredential)
        {
            throw new BatchArgumentException("SecretCannotTravel", $"{what} is a {known.GetType().Name}; no secret is sent to workers. Let the block take it from the worker's own environment or vault.", what);
        }

        var encoded = ValueCodec.EncodeOne(value);
        return !encoded.Lossy ? encoded.Text
            : throw new BatchArgumentException("ValueCannotTravel", $"{what} can't be sent to workers: {(known is IDictionary or IList ? "it holds something that" : $"a {known?.GetType().Name}")} is no plain data (text, numbers, lists, hashtables, custom objects). Pass what it is made from, and make it in the block.", what);
    }

    private static OperationDefinition WithBlock(OperationDefinition definition, ScriptOperation operation)
    {
        if (operation.Module is { Body: not null } module)
        {
            throw new BatchArgumentException("ModuleCannotTravel", $"The block belongs to the module '{module.Name}', which has no file that workers could import. Call the cmdlet outside of it, or save the module.", module.Name);
        }

        return definition with
        {
            Block = ScriptText.Of(operation.Block.Ast),
            Owner = operation.Module?.Reference,
            Using = operation.Using.Entries().ToDictionary(static e => (string)e.Key, static e => Encode($"'{Encoding.Unicode.GetString(Convert.FromBase64String((string)e.Key))}'", e.Value), StringComparer.Ordinal),
            Variables = operation.Variables.ToDictionary(static v => v.Key, static v => Encode($"-Variable {v.Key}", v.Value), StringComparer.OrdinalIgnoreCase),
            Functions = operation.Functions.ToDictionary(static f => f.Name, static f => ScriptText.Of(f.Source), StringComparer.OrdinalIgnoreCase),
            Modules = operation.Modules,
            Initialization = operation.Initialization is null ? null : ScriptText.Of(operation.Initialization),
            RetryWhen = operation.RetryWhen is null ? null : ScriptText.Of(operation.RetryWhen),
        };
    }

    private static Dictionary<string, string> Preferences(ScriptOperation operation)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in operation.Preferences().Where(static p => Travelling.Contains(p.Key)))
        {
            if (value is not DefaultParameterDictionary defaults)
            {
                values[name] = Encode("$" + name, value);
            }
            else if (defaults.Count > 0)
            {
                foreach (var entry in defaults.Entries())
                {
                    Encode($"${name}['{entry.Key}']", entry.Value);
                }

                values[name] = Encode("$" + name, new Hashtable(defaults, StringComparer.OrdinalIgnoreCase));
            }
        }

        return values;
    }

    private static object? Preference(string name, object? value) => name == "PSDefaultParameterValues" ? CallerState.WithoutScriptBlocks(value) : value;

    private static ScriptOperation CommandOf(string name, OperationDefinition definition, CallerState caller, HostSession session)
    {
        var allowed = session.Commands[name];
        var command = new NamedCommand(name, ValueCodec.DecodeOne(definition.Parameters ?? throw new FormatException("The command has no parameters.")) as Hashtable ?? throw new FormatException("The command's parameters are no table."));
        return new ScriptOperation
        {
            Block = command.ToBlock(),
            Command = command,
            Using = [],
            Variables = command.Variables,
            Caller = caller,
            Functions = allowed.Function is null ? [] : [allowed.Function],
            Modules = allowed.Module is null ? session.Modules : [.. session.Modules, allowed.Module],
            FailOnError = definition.FailOnError,
            UseNewRunspace = definition.UseNewRunspace,
            MayLeaveEarly = allowed.Function is { } function && ScriptOperation.LeavesEarly(function.Source),
        };
    }

    private static ScriptOperation BlockOf(OperationDefinition definition, CallerState caller, HostSession session)
    {
        var block = TreeOf(definition.Block ?? throw new FormatException("The operation has neither a name nor a block."));
        var functions = definition.Functions.Select(static f => new PassedFunction(f.Key, f.Value.Parse(), f.Value.Text)).ToList();
        return new ScriptOperation
        {
            Block = block.GetScriptBlock(),
            Module = definition.Owner is { } owner ? new BlockModule(Here(owner), Body: null) : null,
            Using = Values(definition.Using, StringComparer.Ordinal),
            Variables = definition.Variables.ToDictionary(static v => v.Key, static v => ValueCodec.DecodeOne(v.Value), StringComparer.OrdinalIgnoreCase),
            Caller = caller,
            Functions = functions,
            Modules = [.. session.Modules, .. definition.Modules.Select(Here)],
            Initialization = definition.Initialization is { } initialization ? TreeOf(initialization) : null,
            RetryWhen = definition.RetryWhen is { } retryWhen ? TreeOf(retryWhen) : null,
            FailOnError = definition.FailOnError,
            UseNewRunspace = definition.UseNewRunspace,
            MayLeaveEarly = ScriptOperation.LeavesEarly(block) || functions.Exists(static f => ScriptOperation.LeavesEarly(f.Source)),
        };
    }

    private static ScriptBlockAst TreeOf(ScriptText text) => text.Parse() as ScriptBlockAst ?? throw new FormatException("The text is no block.");

    /// <summary>A module as it is found here: by its path where that is the same file, else by name and version.</summary>
    private static ModuleReference Here(ModuleReference module)
    {
        var isPath = Path.GetFileName(module.Import) != module.Import;
        return (isPath && (File.Exists(module.Import) || Directory.Exists(module.Import))) ? module
            : module with
            {
                Import = Path.GetFileNameWithoutExtension(module.Name) is { Length: > 0 } bare && module.Name.EndsWith(".psm1", StringComparison.OrdinalIgnoreCase) ? bare : module.Name,
                IsExact = Version.TryParse(module.Version, out var version) && version > new Version(0, 0, 0, 0),
            };
    }

    private static Hashtable Values(Dictionary<string, string> texts, StringComparer comparer)
    {
        var values = new Hashtable(comparer);
        foreach (var (name, text) in texts)
        {
            values[name] = ValueCodec.DecodeOne(text);
        }

        return values;
    }

    private static CultureInfo CultureOf(string name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name);
        }
        catch (CultureNotFoundException)
        {
            // A machine without that culture's data: what it has for all is the nearest.
            return CultureInfo.InvariantCulture;
        }
    }
}
