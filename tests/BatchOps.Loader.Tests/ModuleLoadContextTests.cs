using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using BatchOps.Tests;

namespace BatchOps.Loader.Tests;

public sealed class ModuleLoadContextTests : IDisposable
{
    private static readonly string Library = Path.Combine(Checkout.Root, "module", "bin", "lib");
    private static readonly string Other = Path.Combine(AppContext.BaseDirectory, "other");

    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("batchops-");

    public void Dispose()
    {
        try
        {
            _copy.Delete(recursive: true);
        }
        catch (UnauthorizedAccessException)
        {
            // Windows keeps the files of loaded assemblies.
        }
    }

    [Fact]
    public void LoadModule_LoadsNoDependency()
    {
        var context = Context(CopyOfLibrary());

        Assert.Equal("BatchOps", Assert.Single(context.Assemblies).GetName().Name);
    }

    [Fact]
    public void OtherPollyLoadedFirst_BothLive()
    {
        var other = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(Other, "Polly.Core.dll"));
        var own = Context(Library).LoadFromAssemblyName(new AssemblyName("Polly.Core"));

        Assert.NotEqual(InformationalVersion(other), InformationalVersion(own));
        Assert.Equal(Path.Combine(Library, "Polly.Core.dll"), own.Location);
        Assert.Equal(42, RunThroughPolly(other, 42));
        Assert.Equal(42, RunThroughPolly(own, 42));
    }

    [Fact]
    public void DependencyThatTheHostHasToo_ComesFromTheFolder()
    {
        var folder = CopyOfLibrary();
        File.Copy(Path.Combine(Other, "System.Text.Json.dll"), Path.Combine(folder, "System.Text.Json.dll"), overwrite: true);

        var own = Context(folder).LoadFromAssemblyName(new AssemblyName("System.Text.Json"));

        var host = typeof(System.Text.Json.JsonSerializer).Assembly;
        Assert.NotEqual(host.GetName().Version, own.GetName().Version);
        Assert.Equal(folder, Path.GetDirectoryName(own.Location));
    }

    [Fact]
    public void DependencyThatOnlyTheHostHas_IsTheHosts()
    {
        var own = Context(Library).LoadFromAssemblyName(new AssemblyName("System.Collections.Immutable"));

        Assert.Same(typeof(System.Collections.Immutable.ImmutableArray).Assembly, own);
    }

    [Theory]
    [InlineData("System.Diagnostics.DiagnosticSource")]
    [InlineData("System.Diagnostics.DiagnosticSource, Version=99.0.0.0, PublicKeyToken=cc7b13ffcd2ddd51")]
    public void DiagnosticSource_IsAlwaysTheHosts(string name)
    {
        var host = typeof(ActivitySource).Assembly;
        var folder = CopyOfLibrary();
        File.Copy(host.Location, Path.Combine(folder, "System.Diagnostics.DiagnosticSource.dll"));

        Assert.Same(host, Context(folder).LoadFromAssemblyName(new AssemblyName(name)));
    }

    [Fact]
    public void StagedLibrary_HoldsNothingOfTheHost()
    {
        var names = Directory.EnumerateFiles(Library, "*.dll").Select(Path.GetFileNameWithoutExtension).ToArray();

        Assert.Contains("BatchOps.Engine", names);
        Assert.DoesNotContain("System.Diagnostics.DiagnosticSource", names);
        Assert.DoesNotContain("System.Management.Automation", names);
        Assert.DoesNotContain("BatchOps.Loader", names);
    }

    [Fact]
    public void SameFolder_SameAssembly_FromAnyThread()
    {
        var folder = CopyOfLibrary();
        var loaded = new Assembly[16];

        Parallel.For(0, loaded.Length, i => loaded[i] = ModuleLoadContext.LoadModule(i % 2 == 0 ? folder : Path.Combine(folder, ".")));

        Assert.Single(loaded.Distinct());
    }

    [Fact]
    public void AnotherFolder_AnotherAssembly()
    {
        Assert.NotSame(ModuleLoadContext.LoadModule(Library), ModuleLoadContext.LoadModule(CopyOfLibrary()));
    }

    [Fact]
    public void EmptyFolder_Throws_AndALaterBuildIsFound()
    {
        Assert.Throws<FileNotFoundException>(() => ModuleLoadContext.LoadModule(_copy.FullName));

        Assert.NotNull(ModuleLoadContext.LoadModule(CopyOfLibrary()));
    }

    private static AssemblyLoadContext Context(string folder) =>
        AssemblyLoadContext.GetLoadContext(ModuleLoadContext.LoadModule(folder))!;

    private static string? InformationalVersion(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static int RunThroughPolly(Assembly polly, int value)
    {
        dynamic builder = Activator.CreateInstance(polly.GetType("Polly.ResiliencePipelineBuilder", throwOnError: true)!)!;
        dynamic pipeline = polly.GetType("Polly.ResiliencePipelineBuilder")!.GetMethod("Build")!.Invoke(builder, null);
        return pipeline.Execute((Func<int>)(() => value));
    }

    private string CopyOfLibrary()
    {
        foreach (var file in Directory.EnumerateFiles(Library))
        {
            File.Copy(file, Path.Combine(_copy.FullName, Path.GetFileName(file)));
        }

        return _copy.FullName;
    }
}
