namespace BatchOps.Engine;

/// <summary>Which lease the code at hand works for, so that a run started inside an item knows what that item holds.</summary>
/// <remarks>A worker enters its scope once and changes only the lease in it: no execution context is made per item.</remarks>
internal sealed class ExecutionScope
{
    private static readonly AsyncLocal<ExecutionScope?> Ambient = new();

    private ExecutionScope(Lease? parent) => Parent = parent;

    /// <summary>The lease that the calling code works for; null outside every item.</summary>
    public static Lease? CurrentLease => Ambient.Value is { } scope ? scope.Lease ?? scope.Parent : null;

    /// <summary>The lease in whose run this worker's run was started.</summary>
    public Lease? Parent { get; }

    public Lease? Lease { get; set; }

    /// <summary>Makes a scope current for this thread or async flow and all that it calls.</summary>
    public static ExecutionScope Enter(BatchRun run)
    {
        var scope = new ExecutionScope(run.Parent);
        Ambient.Value = scope;
        return scope;
    }
}
