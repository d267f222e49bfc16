using System.Collections;
using System.Management.Automation;

namespace BatchOps.PowerShell.Commands;

/// <summary>Crosses each input object with sets of values: fan-out of one item into many.</summary>
[Cmdlet(VerbsData.Expand, "BatchMatrix")]
[OutputType(typeof(PSObject))]
public sealed class ExpandBatchMatrixCommand : PSCmdlet
{
    private readonly List<(string Name, object?[] Values)> _sets = [];

    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNull]
    public IDictionary Matrix { get; set; } = null!;

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ItemName { get; set; } = "Item";

    protected override void BeginProcessing()
    {
        foreach (DictionaryEntry entry in Matrix)
        {
            var name = entry.Key.ToString()!;
            if (name.Equals(ItemName, StringComparison.OrdinalIgnoreCase))
            {
                Refuse("MatrixNameClash", $"The matrix has a set '{name}', which is also the name of the property that holds the item. Rename the set, or name that property otherwise with -ItemName.", name);
            }

            if (_sets.Exists(set => set.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                Refuse("MatrixNameClash", $"The matrix has two sets named '{name}', which differ at most in case. Rename one.", name);
            }

            var values = ((entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value) is IEnumerable list and not string and not IDictionary ? list.Cast<object?>() : [entry.Value]).ToArray();
            if (values.Length == 0)
            {
                Refuse("MatrixSetEmpty", $"The set '{name}' of the matrix has no values, so no combination could be made. Give it at least one.", name);
            }

            _sets.Add((name, values));
        }

        if (Matrix is not System.Collections.Specialized.OrderedDictionary)
        {
            // A hashtable has no order of its own: make the combinations the same in every session.
            _sets.Sort(static (a, b) => StringComparer.OrdinalIgnoreCase.Compare(a.Name, b.Name));
        }
    }

    protected override void ProcessRecord()
    {
        var chosen = new int[_sets.Count];
        do
        {
            var combination = new PSObject();
            combination.Properties.Add(new PSNoteProperty(ItemName, InputObject));
            for (var i = 0; i < _sets.Count; i++)
            {
                combination.Properties.Add(new PSNoteProperty(_sets[i].Name, _sets[i].Values[chosen[i]]));
            }

            WriteObject(combination);
        }
        while (Advance(chosen));
    }

    /// <summary>The next combination: the last set turns fastest. False after the last.</summary>
    private bool Advance(int[] chosen)
    {
        for (var i = chosen.Length - 1; i >= 0; i--)
        {
            if (++chosen[i] < _sets[i].Values.Length)
            {
                return true;
            }

            chosen[i] = 0;
        }

        return false;
    }

    private void Refuse(string id, string message, object target) => ThrowTerminatingError(new BatchArgumentException(id, message, target).ToRecord());
}
