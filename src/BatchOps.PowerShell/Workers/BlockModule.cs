using System.Management.Automation;

namespace BatchOps.PowerShell.Workers;

/// <summary>The module that a block belongs to, whose private functions it sees.</summary>
/// <param name="Reference">What is imported, where the module has a file.</param>
/// <param name="Body">What a module without a file is made from; null for one with a file.</param>
internal sealed record BlockModule(ModuleReference Reference, ScriptBlock? Body)
{
    public string Name => Reference.Name;

    public string Version => Reference.Version;

    /// <summary>The module of a block; null for a block of the session.</summary>
    public static BlockModule? Of(PSModuleInfo? module) => module is null ? null
        : new(new ModuleReference(module.Path, module.Name, module.Version.ToString()), File.Exists(module.Path) ? null : BodyOf(module));

    private static ScriptBlock BodyOf(PSModuleInfo module)
    {
        var text = module.Definition.Trim();
        return ScriptBlock.Create(text is ['{', .., '}'] ? text[1..^1] : text);
    }
}
