using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Security.Cryptography;
using BatchOps.PowerShell.Completion;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Commands;

/// <summary>Runs a script block over pipeline items, side by side.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ConcurrentBatch")]
[OutputType(typeof(object), typeof(ItemResult), typeof(Jobs.BatchJob))]
public sealed class InvokeConcurrentBatchCommand : BatchCommand
{
    /// <summary>Made when the pipeline is set up: what the first worker waits longest for is begun then.</summary>
    public InvokeConcurrentBatchCommand() => WorkerTemplate.Begin();

    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNull]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VariableCompleter))]
    public object? Variable { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FunctionCompleter))]
    public string[]? Function { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModuleCompleter))]
    public string[]? Module { get; set; }

    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? InitializationScript { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? IgnoreVariable { get; set; }

    [Parameter]
    public SwitchParameter UseNewRunspace { get; set; }

    [Parameter]
    public SwitchParameter FailOnError { get; set; }

    internal override ItemOperation CreateOperation()
    {
        var block = ScriptOperation.TreeOf(ScriptBlock);
        var initialization = InitializationScript is null ? null : ScriptOperation.TreeOf(InitializationScript);
        var retryWhen = RetryWhen is null ? null : ScriptOperation.TreeOf(RetryWhen);
        if (new[] { block.BeginBlock, block.ProcessBlock, block.EndBlock }.Count(static clause => clause is not null) > 1)
        {
            throw new BatchArgumentException("ScriptBlockNotSupported", "The script block has more than one of begin, process and end. It runs once for each item: write it without them; what is to run once in each worker belongs into -InitializationScript.", ScriptBlock);
        }

        var values = UsingValues.Collect(block, SessionState);
        foreach (var other in new[] { initialization, retryWhen }.OfType<ScriptBlockAst>())
        {
            foreach (DictionaryEntry entry in UsingValues.Collect(other, SessionState))
            {
                values[entry.Key] = entry.Value;
            }
        }

        var functions = Functions();
        return new ScriptOperation
        {
            Block = block.GetScriptBlock(),
            Module = ScriptBlock.Module,
            Using = values,
            Caller = CallerState.Capture(SessionState, MyInvocation.BoundParameters),
            Variables = Variables(),
            Functions = functions,
            Modules = Modules(),
            Initialization = initialization,
            RetryWhen = retryWhen,
            FailOnError = FailOnError,
            UseNewRunspace = UseNewRunspace,
            IgnoredVariables = IgnoreVariable ?? [],
            MayLeaveEarly = ScriptOperation.LeavesEarly(block) || functions.Exists(static f => ScriptOperation.LeavesEarly(f.ScriptBlock.Ast)),
        };
    }

    private Dictionary<string, object?> Variables()
    {
        var variables = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        switch (Variable is PSObject wrapped ? wrapped.BaseObject : Variable)
        {
            case null:
                break;
            case IDictionary table:
                foreach (DictionaryEntry entry in table)
                {
                    Add(entry.Key.ToString()!, entry.Value);
                }

                break;
            case var names:
                foreach (var name in LanguagePrimitives.ConvertTo<string[]>(names))
                {
                    var found = SessionState.PSVariable.Get(name)
                        ?? throw new BatchArgumentException("VariableNotFound", $"-Variable names '{name}', but there is no such variable in the calling scope.", name);
                    Add(name, found.Value);
                }

                break;
        }

        return variables;

        void Add(string name, object? value)
        {
            UsingValues.RejectScriptBlock(value, $"-Variable {name}");
            variables[name] = value;
        }
    }

    private List<FunctionInfo> Functions()
    {
        var functions = new List<FunctionInfo>();
        foreach (var name in Function ?? [])
        {
            functions.Add(SessionState.InvokeCommand.GetCommand(name, CommandTypes.Function | CommandTypes.Filter) as FunctionInfo
                ?? throw new BatchArgumentException("FunctionNotFound", $"-Function names '{name}', but there is no such function in the calling session.", name));
        }

        return functions;
    }

    private List<ModuleReference> Modules() => (Module ?? []).Select(FindModule).ToList();

    /// <summary>What a worker is to import: a path as it stands, a loaded module from where it was loaded, else the name.</summary>
    private ModuleReference FindModule(string name)
    {
        var path = GetUnresolvedProviderPathFromPSPath(name);
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
                return new ModuleReference(ManifestOf(loaded), loaded.Name, loaded.Version.ToString());
            }

            finder.AddParameter("ListAvailable", true);
            if (finder.Invoke<PSModuleInfo>().FirstOrDefault() is { } found)
            {
                return new ModuleReference(name, found.Name, found.Version.ToString());
            }
        }

        throw new BatchArgumentException("ModuleNotFound", $"-Module names '{name}', but there is no such module: it is neither loaded, nor found on $env:PSModulePath, nor a path to one.", name);
    }

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
