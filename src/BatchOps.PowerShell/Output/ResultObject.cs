using System.Management.Automation;

namespace BatchOps.PowerShell.Output;

/// <summary>Makes custom objects: a journal gives them back as they were, and exports show their properties.</summary>
internal static class ResultObject
{
    /// <summary>An object without properties.</summary>
    /// <param name="typeName">What views go by; null for none of its own.</param>
    public static PSObject New(string? typeName = null)
    {
        var result = new PSObject();
        if (typeName is not null)
        {
            result.TypeNames.Insert(0, typeName);
        }

        return result;
    }

    /// <summary>Adds a property.</summary>
    public static void Add(this PSObject target, string name, object? value) => target.Properties.Add(new PSNoteProperty(name, value));
}
