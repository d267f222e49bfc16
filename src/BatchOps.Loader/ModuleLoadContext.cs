using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace BatchOps.Loader;

/// <summary>
/// The load context of one copy of the module: its dependencies come from its own folder, so that another module's
/// versions of them neither disturb it nor are disturbed.
/// </summary>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    private const string ModuleAssembly = "BatchOps";

    private static readonly Dictionary<string, Assembly> Modules = new(StringComparer.Ordinal);

    private readonly string _folder;

    private ModuleLoadContext(string folder)
        : base(ModuleAssembly) => _folder = folder;

    /// <summary>
    /// Loads the module's assembly, and none of its dependencies yet, into a context of its own: one per folder for the
    /// life of the process, so that a new version can be imported beside an old one.
    /// </summary>
    /// <param name="folder">The folder that holds the assembly and its dependencies.</param>
    /// <returns>The assembly, the same one each time for the same folder.</returns>
    /// <exception cref="FileNotFoundException">The folder holds no such assembly.</exception>
    public static Assembly LoadModule(string folder)
    {
        folder = Path.GetFullPath(folder);
        lock (Modules)
        {
            if (!Modules.TryGetValue(folder, out var module))
            {
                module = new ModuleLoadContext(folder).LoadFromAssemblyPath(Path.Combine(folder, ModuleAssembly + ".dll"));
                Modules.Add(folder, module);
            }

            return module;
        }
    }

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // The host listens to its own DiagnosticSource only. Asked for without a version: an older host's serves too.
        if (assemblyName.Name is "System.Diagnostics.DiagnosticSource")
        {
            return Default.LoadFromAssemblyName(new AssemblyName(assemblyName.Name));
        }

        var path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    /// <inheritdoc />
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        var file = OperatingSystem.IsWindows() ? unmanagedDllName + ".dll"
            : OperatingSystem.IsMacOS() ? $"lib{unmanagedDllName}.dylib"
            : $"lib{unmanagedDllName}.so";
        foreach (var platform in Platforms())
        {
            var path = Path.Combine(_folder, "runtimes", platform, "native", file);
            if (File.Exists(path))
            {
                return LoadUnmanagedDllFromPath(path);
            }
        }

        // Not ours: the runtime looks in its own places.
        return nint.Zero;
    }

    /// <summary>The names under which a native library for this machine may lie: what the runtime calls itself, then the portable name.</summary>
    private static IEnumerable<string> Platforms()
    {
        var own = RuntimeInformation.RuntimeIdentifier;
        yield return own;
        var system = OperatingSystem.IsWindows() ? "win"
            : OperatingSystem.IsMacOS() ? "osx"
            : own.Contains("musl", StringComparison.Ordinal) || own.StartsWith("alpine", StringComparison.Ordinal) ? "linux-musl"
            : "linux";
        yield return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }
}
