using System.Management.Automation;

namespace BatchOps.PowerShell.Intake;

/// <summary>Takes a value from an item: a property by name, or what a script block answers with <c>$_</c> as the item.</summary>
/// <remarks>Runs at intake, on the caller's thread and in the caller's scope.</remarks>
internal sealed class ItemSelector
{
    private readonly string _parameter;
    private readonly string? _property;
    private readonly ScriptBlock? _block;

    private ItemSelector(string parameter, string? property, ScriptBlock? block)
    {
        _parameter = parameter;
        _property = property;
        _block = block;
    }

    /// <summary>Makes a selector of a parameter's value; null for none.</summary>
    /// <exception cref="BatchArgumentException">It is neither a property name nor a script block.</exception>
    public static ItemSelector? Parse(string parameter, object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => null,
        ScriptBlock block => new ItemSelector(parameter, property: null, block),
        string { Length: > 0 } name => new ItemSelector(parameter, name, block: null),
        var other => throw new BatchArgumentException("SelectorInvalid", $"-{parameter} is '{other}'; it must be the name of a property, or a script block that answers for the item in $_.", other),
    };

    /// <summary>The item's value.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says why.</exception>
    public object Of(object? item)
    {
        var value = _block is null ? Property(item) : Answer(item);
        return value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject
            : value ?? throw new InvalidOperationException($"-{_parameter} gave nothing for the item.");
    }

    private object? Property(object? item)
    {
        if (item is null)
        {
            throw new InvalidOperationException($"-{_parameter} names the property '{_property}', but the item is null.");
        }

        var wrapped = PSObject.AsPSObject(item);
        if (wrapped.BaseObject is System.Collections.IDictionary table && table.Contains(_property!))
        {
            return table[_property!];
        }

        return (wrapped.Properties[_property!]
            ?? throw new InvalidOperationException($"-{_parameter} names the property '{_property}', which the item does not have.")).Value;
    }

    private object? Answer(object? item)
    {
        try
        {
            var answer = _block!.InvokeWithContext(functionsToDefine: null, [new PSVariable("_", item)]);
            return answer.Count switch
            {
                0 => null,
                1 => answer[0],
                _ => answer.ToArray(),
            };
        }
        catch (RuntimeException error) when (error is not PipelineStoppedException)
        {
            throw new InvalidOperationException($"-{_parameter} failed for the item: {error.Message}", error);
        }
    }
}
