using System.Collections.ObjectModel;
using System.Linq.Expressions;
using System.Management.Automation;
using System.Reflection;

namespace BatchOps.PowerShell.Journal;

/// <summary>What a script has added to one object: members, and type names.</summary>
/// <remarks>
/// The public way lists every member that the type has as well, and for a line of text that costs more than to encode
/// it. PowerShell's own formatter and serializer ask these non-public members; where a version lacks one, the public way serves.
/// </remarks>
internal static class ExtendedMembers
{
    private static readonly Func<object, object?>? MembersOf = Accessor("HasInstanceMembers");
    private static readonly Func<object, object?>? TypeNamesOf = Accessor("HasInstanceTypeName");

    private static readonly Func<PSObject, Collection<string>>? AllTypeNamesOf = typeof(PSObject)
        .GetProperty("InternalTypeNames", BindingFlags.Instance | BindingFlags.NonPublic)?.GetMethod?.CreateDelegate<Func<PSObject, Collection<string>>>();

    private static readonly Action<PSObject, string>? SetText = typeof(PSObject)
        .GetProperty("ToStringFromDeserialization", BindingFlags.Instance | BindingFlags.NonPublic)?.SetMethod?.CreateDelegate<Action<PSObject, string>>();

    /// <summary>The members that were added to the object; null for none.</summary>
    public static IEnumerable<PSMemberInfo>? Of(object value)
    {
        var members = MembersOf is not null ? (IEnumerable<PSMemberInfo>?)MembersOf(value)
            : value is PSObject wrapped ? wrapped.Members.Where(static m => m.IsInstance)
            : null;

        // To look at $x.pstypenames leaves a member of that name.
        return members is null || !members.Any(static m => IsReserved(m.Name)) ? members
            : members.Where(static m => !IsReserved(m.Name)).ToArray() is { Length: > 0 } added ? added
            : null;
    }

    /// <summary>The type names of the object where they are not those of its type; null where they are.</summary>
    public static IReadOnlyList<string>? OwnTypeNames(object value)
    {
        // The names of an object without a base are not always where those of others are. To ask for them publicly makes a copy that stays.
        var names = value is PSObject { BaseObject: PSCustomObject } custom ? AllTypeNamesOf?.Invoke(custom) ?? custom.TypeNames
            : TypeNamesOf is not null ? (IEnumerable<string>?)TypeNamesOf(value)
            : (value as PSObject)?.TypeNames;
        if (names is null)
        {
            return null;
        }

        return names.SequenceEqual(NaturalTypeNames(value), StringComparer.Ordinal) ? null : names.ToArray();
    }

    /// <summary>The type names that an object has of itself.</summary>
    public static IEnumerable<string> NaturalTypeNames(object value)
    {
        for (var type = (value is PSObject wrapped ? wrapped.BaseObject : value).GetType(); type is not null; type = type.BaseType)
        {
            yield return type.FullName ?? type.Name;
        }
    }

    /// <summary>Sets what the object is as a string, where PowerShell lets us.</summary>
    public static void SetString(PSObject value, string text)
    {
        if (SetText is null)
        {
            return;
        }

        // What the object says of itself, and what "$object" asks it by.
        SetText(value, text);
        value.Members.Add(new PSCodeMethod(nameof(ToString), typeof(ExtendedMembers).GetMethod(nameof(TextOf))));
    }

    /// <summary>The string that was set.</summary>
    public static string TextOf(PSObject value) => value.ToString(format: null, System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsReserved(string name) => name.StartsWith("ps", StringComparison.OrdinalIgnoreCase) && name.ToUpperInvariant() is "PSTYPENAMES" or "PSOBJECT" or "PSBASE" or "PSADAPTED" or "PSEXTENDED";

    // static bool Name(object value, out Something what): gives what, or null. The out parameter's type can't be named here.
    private static Func<object, object?>? Accessor(string name)
    {
        var method = Array.Find(typeof(PSObject).GetMethods(BindingFlags.Static | BindingFlags.NonPublic), m => m.Name == name);
        if (method?.GetParameters() is not [{ ParameterType: var first }, { IsOut: true } second] || first != typeof(object) || method.ReturnType != typeof(bool))
        {
            return null;
        }

        var value = Expression.Parameter(typeof(object));
        var what = Expression.Variable(second.ParameterType.GetElementType()!);
        var body = Expression.Block(
            [what],
            Expression.Condition(Expression.Call(method, value, what), Expression.Convert(what, typeof(object)), Expression.Constant(value: null, typeof(object))));
        return Expression.Lambda<Func<object, object?>>(body, value).Compile();
    }
}
