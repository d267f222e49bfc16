namespace BatchOps.Emulators.Google;

/// <param name="Id">Of the permission; <c>anyoneWithLink</c> is that of anyone.</param>
/// <param name="Type"><c>user</c>, <c>group</c>, <c>domain</c> or <c>anyone</c>.</param>
/// <param name="Role"><c>owner</c>, <c>writer</c>, <c>reader</c> and so on.</param>
/// <param name="EmailAddress">Of a user or a group.</param>
public sealed record StoredPermission(string Id, string Type, string Role, string? EmailAddress = null)
{
    /// <summary>Anyone may read, without signing in.</summary>
    public static StoredPermission Anyone { get; } = new("anyoneWithLink", "anyone", "reader");
}
