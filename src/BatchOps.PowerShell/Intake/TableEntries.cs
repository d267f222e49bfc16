using System.Collections;

namespace BatchOps.PowerShell.Intake;

/// <summary>Reads tables of any kind.</summary>
internal static class TableEntries
{
    /// <summary>The entries of a table. Of a generic one the plain enumeration gives pairs of another type.</summary>
    public static IEnumerable<DictionaryEntry> Entries(this IDictionary table)
    {
        foreach (DictionaryEntry entry in table)
        {
            yield return entry;
        }
    }
}
