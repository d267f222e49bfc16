using System.Globalization;
using System.Management.Automation;

namespace BatchOps.PowerShell.Intake;

/// <summary>What an item takes of a limit: a number for all items, or a property or script block that says it for each.</summary>
internal sealed class ItemCost
{
    private readonly string _parameter;
    private readonly double _fixed = 1;
    private readonly ItemSelector? _selector;

    private ItemCost(string parameter, object? value)
    {
        _parameter = parameter;
        if (value is null)
        {
            return;
        }

        if (LanguagePrimitives.TryConvertTo<double>(value, CultureInfo.InvariantCulture, out var cost))
        {
            _fixed = cost >= 0 && double.IsFinite(cost)
                ? cost
                : throw new BatchArgumentException($"{parameter}Invalid", $"-{parameter} is {value}; it must be 0 or more.", value);
        }
        else
        {
            _selector = ItemSelector.Parse(parameter, value);
        }
    }

    /// <summary>Reads a parameter's value; null is a cost of 1.</summary>
    /// <exception cref="BatchArgumentException">It is no cost and no way to one.</exception>
    public static ItemCost Parse(string parameter, object? value) => new(parameter, value);

    /// <summary>The item's cost.</summary>
    /// <exception cref="InvalidOperationException">It has none that could be.</exception>
    public double Of(object? item)
    {
        if (_selector is null)
        {
            return _fixed;
        }

        var cost = LanguagePrimitives.ConvertTo<double>(_selector.Of(item));
        return cost >= 0 && double.IsFinite(cost)
            ? cost
            : throw new InvalidOperationException($"-{_parameter} gave {cost} for the item; it must be 0 or more.");
    }
}
