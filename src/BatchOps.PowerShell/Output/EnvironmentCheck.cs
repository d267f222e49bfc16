namespace BatchOps;

/// <summary>One thing that the module needs or takes into account.</summary>
public sealed class EnvironmentCheck
{
    internal EnvironmentCheck(string name, bool ok, string found, string remedy)
    {
        Name = name;
        Ok = ok;
        Found = found;
        Remedy = ok ? string.Empty : remedy;
    }

    /// <summary>What was looked at.</summary>
    public string Name { get; }

    /// <summary>Whether it is as it should be.</summary>
    public bool Ok { get; }

    /// <summary>What was found.</summary>
    public string Found { get; }

    /// <summary>What to do about it; empty when nothing.</summary>
    public string Remedy { get; }
}
