using System.Management.Automation;
using System.Security.Cryptography;

namespace BatchOps.PowerShell.Workers;

/// <summary>Finds the modules that workers are to import.</summary>
internal static class ModuleFinder
{
    /// <summary>What a worker is to import: a path as it stands, a loaded module from where it was loaded, else the name.</summary>
    /// <exception cref="BatchArgumentException">There is no such module.</exception>
    public static ModuleReference Find(PSCmdlet cmdlet, string name)
    {
        var path = cmdlet.GetUnresolvedProviderPathFromPSPath(name);
        if (File.Exists(path) || (Directory.Exists(path) && Path.GetFileName(name) != name))
        {
            return new ModuleReference(path, Path.GetFileName(path), VersionOf(path));
        }

        if (Path.GetFileName(name) == name)
        {
            using var finder = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
            finder.AddCommand("Get-Module").AddParameter("Name", name);
            if (finder.Invoke<PSModuleInfo>().FirstOrDefault() is { } loaded && File.Exists(loaded.Path))
            {
                return Of(loaded);
            }

            finder.AddParameter("ListAvailable", true);
            if (finder.Invoke<PSModuleInfo>().FirstOrDefault() is { } found)
            {
                return new ModuleReference(name, found.Name, found.Version.ToString());
            }
        }

        throw new BatchArgumentException("ModuleNotFound", $"-Module names '{name}', but there is no such module: it is neither loaded, nor found on $env:PSModulePath, nor a path to one.", name);
    }

    /// <summary>A module that is loaded and has a file.</summary>
    public static ModuleReference Of(PSModuleInfo module) => new(ManifestOf(module), module.Name, module.Version.ToString());

    /// <summary>A module file's text stands for its version: that is what changes when nobody counts.</summary>
    private static string VersionOf(string path) => File.Exists(path)
        ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)).AsSpan(0, 16)).ToLowerInvariant()
        : string.Join(',', Directory.EnumerateFiles(path, "*.ps*1").Order(StringComparer.Ordinal).Select(VersionOf));

    /// <summary>A loaded module's manifest where it has one: its path names the root module, which alone is not the module.</summary>
    private static string ManifestOf(PSModuleInfo module)
    {
        var manifest = Path.Combine(module.ModuleBase, module.Name + ".psd1");
        return File.Exists(manifest) ? manifest : module.Path;
    }
}
