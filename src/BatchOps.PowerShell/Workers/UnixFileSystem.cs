using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Provider;
using System.Management.Automation.Runspaces;
using System.Reflection;
using Microsoft.PowerShell.Commands;

namespace BatchOps.PowerShell.Workers;

/// <summary>Stands in for the FileSystem provider while a worker's runspace is opened on Linux or macOS, and makes way for it at once.</summary>
/// <remarks>
/// To find its drives the provider asks about each mount of the machine, and each question reads the whole table of
/// mounts; all that can come of it there are "/" and "Temp". With 20 mounts that is half of what opening a runspace
/// takes. So the template names this type for the provider: when PowerShell starts it, it puts the provider's own type
/// back and gives the two drives, as the calling session has them. Where a version of PowerShell lacks one of the
/// members, or the calling session one of the drives, the provider is started the ordinary way.
/// </remarks>
internal sealed class UnixFileSystem : DriveCmdletProvider
{
    private const string Provider = "FileSystem";
    private const string RootName = "/";
    private const string TempName = "Temp";
    private const string TypeField = "<ImplementingType>k__BackingField";
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    private static readonly FieldInfo? TypeOfEntry = typeof(SessionStateProviderEntry).GetField(TypeField, Members);
    private static readonly FieldInfo? TypeOfProvider = typeof(ProviderInfo).GetField(TypeField, Members);
    private static readonly PropertyInfo? ProviderHasColon = typeof(ProviderInfo).GetProperty("VolumeSeparatedByColon", Members);
    private static readonly PropertyInfo? DriveHasColon = typeof(PSDriveInfo).GetProperty("VolumeSeparatedByColon", Members);
    private static readonly PropertyInfo? IsAutoMounted = typeof(PSDriveInfo).GetProperty("IsAutoMounted", Members);
    private static readonly MethodInfo? StartProvider = typeof(FileSystemProvider).GetMethod("Start", Members, [typeof(ProviderInfo)]);

    // PowerShell makes the instances; the drives are the machine's, so they are alike in all sessions.
    private static volatile Drives? _drives;

    /// <summary>What is known of a session's drives.</summary>
    public sealed record Drives(string? RootDescription, object? RootIsAutoMounted, string? TempDescription);

    /// <summary>The drives of a session; null when they can't be given to another one.</summary>
    public static Drives? DrivesOf(SessionState session) =>
        !OperatingSystem.IsWindows() && TypeOfEntry is not null && TypeOfProvider is not null && ProviderHasColon?.CanWrite == true
            && DriveHasColon?.CanWrite == true && IsAutoMounted?.CanWrite == true && StartProvider is not null
            && Find(session, RootName) is { Root: RootName } root && Find(session, TempName) is { } temp
            ? new Drives(root.Description, IsAutoMounted.GetValue(root), temp.Description)
            : null;

    /// <summary>Puts this type in the provider's place in a template of runspaces.</summary>
    public static void StandIn(InitialSessionState template, Drives drives)
    {
        _drives = drives;
        var providers = template.Providers.Clone();
        foreach (var entry in providers[Provider])
        {
            TypeOfEntry!.SetValue(entry, typeof(UnixFileSystem));
        }

        template.Providers.Clear();
        template.Providers.Add(providers);
    }

    /// <inheritdoc/>
    protected override ProviderInfo Start(ProviderInfo providerInfo)
    {
        TypeOfProvider!.SetValue(providerInfo, typeof(FileSystemProvider));
        ProviderHasColon!.SetValue(providerInfo, false);
        return (ProviderInfo)StartProvider!.Invoke(new FileSystemProvider(), [providerInfo])!;
    }

    /// <inheritdoc/>
    protected override Collection<PSDriveInfo> InitializeDefaultDrives()
    {
        var root = new PSDriveInfo(RootName, ProviderInfo, RootName, _drives!.RootDescription, credential: null);
        DriveHasColon!.SetValue(root, false);
        IsAutoMounted!.SetValue(root, _drives.RootIsAutoMounted);
        return [root, new PSDriveInfo(TempName, ProviderInfo, Path.GetTempPath(), _drives.TempDescription, credential: null)];
    }

    private static PSDriveInfo? Find(SessionState caller, string name)
    {
        try
        {
            return caller.Drive.Get(name) is { Provider.Name: Provider } drive ? drive : null;
        }
        catch (System.Management.Automation.DriveNotFoundException)
        {
            return null;
        }
    }
}
