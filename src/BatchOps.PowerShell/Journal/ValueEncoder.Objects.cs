using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Xml;

namespace BatchOps.PowerShell.Journal;

/// <summary>Objects as their properties.</summary>
internal sealed partial class ValueEncoder
{
    // Levels of objects that have no form of their own; what is below is text.
    private const int MaxBags = 2;

    private static readonly string[] CustomObjectTypeNames = [typeof(PSCustomObject).FullName!, typeof(object).FullName!];

    private void WriteCustomObject(PSObject? value)
    {
        if (value is null || ReferenceEquals(value, System.Management.Automation.Internal.AutomationNull.Value))
        {
            _text.Append("null");
            return;
        }

        if (!TryEnter(value))
        {
            WriteLost(value.BaseObject);
            return;
        }

        // What came out of CLIXML or a remote session holds its properties elsewhere, and lists them publicly only.
        var types = ExtendedMembers.OwnTypeNames(value);
        var members = types is [var first, ..] && first.StartsWith("Deserialized.", StringComparison.Ordinal) ? null : ExtendedMembers.Of(value);
        if (types is null)
        {
            WriteMembers(members ?? value.Properties, isNote: false);
        }
        else
        {
            _text.Append("{\"$t\":\"psobject\"");
            WriteTypeNames(types, CustomObjectTypeNames);
            if (members is null)
            {
                WriteText(value);
            }

            _text.Append(",\"v\":");
            WriteMembers(members ?? value.Properties, isNote: false);
            _text.Append('}');
        }

        _depth--;
    }

    /// <summary>Writes an object that has no form of its own.</summary>
    private void WriteProperties(PSObject value)
    {
        _lossy = true;
        if (value.BaseObject is ScriptBlock or MemberInfo or Assembly or System.Reflection.Module or Delegate or XmlNode)
        {
            WriteString(value.BaseObject is XmlNode node ? node.OuterXml : value.BaseObject.ToString() ?? "");
            return;
        }

        if (_bags >= MaxBags)
        {
            WriteString(TextOf(value));
            return;
        }

        _bags++;
        _text.Append("{\"$t\":\"psobject\"");
        WriteTypeNames([.. value.TypeNames.Select(static name => "Deserialized." + name)], natural: []);
        WriteText(value);
        _text.Append(",\"v\":");
        WriteMembers(value.Properties, isNote: false);
        _text.Append('}');
        _bags--;
    }

    private void WriteText(PSObject value)
    {
        var length = _text.Length;
        try
        {
            var text = TextOf(value);
            _text.Append(",\"text\":");
            WriteString(text);
        }
        catch (Exception)
        {
            _text.Length = length;
        }
    }

    private static string TextOf(PSObject value) => value.ToString(format: null, CultureInfo.InvariantCulture);

    private void WriteTypeNames(IReadOnlyList<string> names, IReadOnlyList<string> natural)
    {
        var added = names.Count - natural.Count;
        var isAbove = natural.Count > 0 && added >= 0 && names.Skip(added).SequenceEqual(natural, StringComparer.Ordinal);
        _text.Append(isAbove ? ",\"types\":" : ",\"allTypes\":");
        WriteElements(isAbove ? names.Take(added) : names, of: null);
    }

    /// <summary>Writes the values of members; those that are no values are left out.</summary>
    /// <remarks>
    /// Of notes, which are additions to a value, only those are kept that have a form of their own: the drive and the
    /// provider that come with each line of a file would take more room than the line.
    /// </remarks>
    private void WriteMembers(IEnumerable<PSMemberInfo> members, bool isNote)
    {
        _text.Append('{');
        var isFirst = true;
        foreach (var member in members)
        {
            if (IsFull())
            {
                break;
            }

            if (member is not PSPropertyInfo property || property.Name.Length == 0)
            {
                _lossy = true;
                continue;
            }

            _lossy |= property is not PSNoteProperty;
            var value = ValueOf(property);
            if (isNote && value is not null && IsObject(value))
            {
                _lossy = true;
                continue;
            }

            WriteName(WithoutLoneSurrogates(property.Name), ref isFirst);
            Write(value);
        }

        _text.Append('}');
    }

    /// <summary>A property's value; null where its getter fails, as PowerShell shows it.</summary>
    private object? ValueOf(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (Exception)
        {
            _lossy = true;
            return null;
        }
    }

    private static bool IsObject(object value)
    {
        var known = value is PSObject wrapped ? wrapped.BaseObject : value;
        return known is not (PSCustomObject or Enum) && !IsSecret(known) && ScalarType.Of(known) is null && !IsContainer(known);
    }

    private string WithoutLoneSurrogates(string name)
    {
        while (JsonText.IndexOfLoneSurrogate(name) is >= 0 and var lone)
        {
            _lossy = true;
            name = $"{name.AsSpan(0, lone)}\ufffd{name.AsSpan(lone + 1)}";
        }

        return name;
    }
}
