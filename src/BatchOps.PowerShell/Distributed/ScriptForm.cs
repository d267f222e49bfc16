namespace BatchOps.PowerShell.Distributed;

/// <summary>What a <see cref="ScriptText"/> is.</summary>
internal enum ScriptForm
{
    /// <summary>A script that was made from text.</summary>
    Script,

    /// <summary>A block in braces, inside a script.</summary>
    Block,

    /// <summary>A function's definition.</summary>
    Function,
}
