using System.Management.Automation;
using System.Reflection;

namespace BatchOps.PowerShell.Output;

/// <summary>Writes records on without losing where they came from.</summary>
/// <remarks>
/// The public Write methods of a cmdlet put its own line into every record. PowerShell's own parallel commands use
/// these non-public members instead; where a version lacks one, the public method serves and only the position is lost.
/// </remarks>
internal static class RecordInternals
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    private static readonly Action<ErrorRecord, InvocationInfo>? SetInvocation =
        typeof(ErrorRecord).GetMethod("SetInvocationInfo", Hidden, [typeof(InvocationInfo)])?.CreateDelegate<Action<ErrorRecord, InvocationInfo>>();

    private static readonly Action<ErrorRecord, bool>? SetPreserve =
        typeof(ErrorRecord).GetProperty("PreserveInvocationInfoOnce", Hidden)?.SetMethod?.CreateDelegate<Action<ErrorRecord, bool>>();

    private static readonly FieldInfo? StackTrace = typeof(ErrorRecord).GetField("_scriptStackTrace", Hidden);

    private static readonly Dictionary<Type, MethodInfo?> Writers = [];

    /// <summary>Gives a record the position of the error that it reports.</summary>
    public static void SetPosition(ErrorRecord record, InvocationInfo position) => SetInvocation?.Invoke(record, position);

    /// <summary>Gives a record the script's calls that led to the error that it reports.</summary>
    public static void SetStackTrace(ErrorRecord record, string calls) => StackTrace?.SetValue(record, calls);

    /// <summary>Sets what a written error does, in place of what the caller's preference variable says.</summary>
    public static void SetErrorAction(Cmdlet cmdlet, ActionPreference action) =>
        cmdlet.CommandRuntime.GetType().GetProperty("ErrorAction", Hidden)?.SetValue(cmdlet.CommandRuntime, action);

    public static void WriteError(Cmdlet cmdlet, ErrorRecord record)
    {
        if (record.InvocationInfo is not null)
        {
            SetPreserve?.Invoke(record, true);
        }

        cmdlet.WriteError(record);
    }

    public static void WriteWarning(Cmdlet cmdlet, WarningRecord record)
    {
        if (!TryWrite(cmdlet, "WriteWarning", record))
        {
            cmdlet.WriteWarning(record.Message);
        }
    }

    public static void WriteVerbose(Cmdlet cmdlet, VerboseRecord record)
    {
        using var _ = new SwitchedOn(cmdlet.CommandRuntime, "Verbose");
        if (!TryWrite(cmdlet, "WriteVerbose", record))
        {
            cmdlet.WriteVerbose(record.Message);
        }
    }

    public static void WriteDebug(Cmdlet cmdlet, DebugRecord record)
    {
        using var _ = new SwitchedOn(cmdlet.CommandRuntime, "Debug");
        if (!TryWrite(cmdlet, "WriteDebug", record))
        {
            cmdlet.WriteDebug(record.Message);
        }
    }

    /// <summary>-Verbose or -Debug of the cmdlet, on for one record: an item that wrote it has decided already that it is to be seen.</summary>
    private sealed class SwitchedOn : IDisposable
    {
        private readonly ICommandRuntime _runtime;
        private readonly PropertyInfo? _value;
        private readonly PropertyInfo? _isSet;
        private readonly (object? Value, object? IsSet) _before;

        public SwitchedOn(ICommandRuntime runtime, string name)
        {
            _runtime = runtime;
            _value = runtime.GetType().GetProperty(name, Hidden);
            _isSet = runtime.GetType().GetProperty($"Is{name}FlagSet", Hidden);
            _before = (_value?.GetValue(runtime), _isSet?.GetValue(runtime));
            _value?.SetValue(runtime, true);
        }

        public void Dispose()
        {
            _value?.SetValue(_runtime, _before.Value);
            _isSet?.SetValue(_runtime, _before.IsSet);
        }
    }

    private static bool TryWrite(Cmdlet cmdlet, string method, object record)
    {
        var runtime = cmdlet.CommandRuntime;
        MethodInfo? writer;
        lock (Writers)
        {
            if (!Writers.TryGetValue(record.GetType(), out writer))
            {
                Writers[record.GetType()] = writer = runtime.GetType().GetMethod(method, Hidden, [record.GetType(), typeof(bool)]);
            }
        }

        if (writer is null || !writer.DeclaringType!.IsInstanceOfType(runtime))
        {
            return false;
        }

        writer.Invoke(runtime, BindingFlags.DoNotWrapExceptions, binder: null, [record, true], culture: null);
        return true;
    }
}
