using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;

namespace BatchOps.Slides;

/// <summary>
/// A marker on a slide that says whether, or how often, the slide is in the deck: <c>{{#if paid}}</c>, <c>{{#if region == EU}}</c>,
/// <c>{{#unless paid}}</c>, <c>{{#each items}}</c>. It stands anywhere in the slide's text or notes, holds for the whole slide,
/// has no closing counterpart and is gone from the deck. A slide may have one <c>#each</c> and several conditions, which then
/// are asked for each item.
/// </summary>
/// <param name="Kind">What it does.</param>
/// <param name="Name">The value that it asks for.</param>
/// <param name="Operator"><c>==</c>, <c>!=</c> or null.</param>
/// <param name="Operand">What the value is compared with: text, case ignored, or a number.</param>
public sealed partial record SlideRule(SlideRuleKind Kind, string Name, string? Operator = null, string? Operand = null)
{
    /// <summary>What is said of a marker that can't be read.</summary>
    internal const string NotOne = "it is no slide rule; write #if name, #if name == value, #unless name or #each name, which hold for a whole slide and have no end";

    /// <summary>Whether the body of a token is meant as a slide rule, well-formed or not.</summary>
    /// <param name="body">What stands between the delimiters.</param>
    public static bool IsMarker(string body) => body.StartsWith('#') || body.StartsWith('/');

    /// <summary>Reads the body of a token as a slide rule; null when it is none.</summary>
    /// <param name="body">What stands between the delimiters.</param>
    public static SlideRule? Parse(string body)
    {
        var match = Form().Match(body);
        if (!match.Success)
        {
            return null;
        }

        var kind = Enum.Parse<SlideRuleKind>(match.Groups["kind"].ValueSpan, ignoreCase: true);
        var comparison = match.Groups["operator"];
        return comparison.Success
            ? kind == SlideRuleKind.Each ? null : new SlideRule(kind, match.Groups["name"].Value, comparison.Value, match.Groups["operand"].Value.Trim().Trim('\'', '"'))
            : new SlideRule(kind, match.Groups["name"].Value);
    }

    /// <summary>Whether a slide with this condition stays.</summary>
    /// <param name="scope">What is known.</param>
    /// <returns>Null when the scope has no such name.</returns>
    public bool? Holds(PlanScope scope)
    {
        if (!scope.TryGet(Name, out var value))
        {
            return null;
        }

        var holds = Operator switch
        {
            null => IsTrue(value),
            "==" => Equal(value, scope),
            _ => !Equal(value, scope),
        };
        return Kind == SlideRuleKind.Unless ? !holds : holds;
    }

    /// <summary>
    /// Whether a value counts as true. False are: nothing, <c>false</c>, 0, an empty collection, and as a table knows no
    /// types, empty text and the words false, no, off, n and 0.
    /// </summary>
    /// <param name="value">The value.</param>
    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool flag => flag,
        string text => text.Trim() is { Length: > 0 } word && !FalseWords.Contains(word),
        ICollection many => many.Count > 0,
        IEnumerable many => many.Cast<object?>().Any(),
        _ => ValueText.Number(value, CultureInfo.InvariantCulture) is not 0m,
    };

    private static readonly HashSet<string> FalseWords = new(StringComparer.OrdinalIgnoreCase) { "false", "no", "off", "n", "0" };

    private bool Equal(object? value, PlanScope scope)
    {
        var text = ValueText.Write(value, null, CultureInfo.InvariantCulture, scope.Plan.DataCulture) ?? string.Empty;
        return string.Equals(text.Trim(), Operand, StringComparison.OrdinalIgnoreCase)
            || (ValueText.Number(value, scope.Plan.DataCulture) is { } number && ValueText.Number(Operand, CultureInfo.InvariantCulture) == number);
    }

    [GeneratedRegex(@"^#(?<kind>if|unless|each)\s+(?<name>[^=!]+?)\s*(?:(?<operator>==|!=)\s*(?<operand>.*))?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();
}
