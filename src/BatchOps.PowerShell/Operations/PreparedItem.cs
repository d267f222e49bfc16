namespace BatchOps.PowerShell.Operations;

/// <summary>Items as they were posted, made ready or not.</summary>
internal static class PreparedItem
{
    /// <summary>The item as it came.</summary>
    public static object? Original(object? posted) => posted is IPreparedItem prepared ? prepared.Item : posted;
}
