using System.Management.Automation;
using System.Net;
using System.Security;
using System.Xml;
using BatchOps.Engine;

namespace BatchOps.PowerShell.Journal;

/// <summary>Writes one text; see <see cref="ValueCodec"/> for its form.</summary>
internal sealed partial class ValueEncoder
{
    // Deeper is a cycle through getters, or nothing that a person reads.
    private const int MaxDepth = 32;

    // Characters. What comes after is left out; SQLite takes no more than a billion bytes.
    private const int MaxLength = 128 * 1024 * 1024;

    // A buffer that grew larger is not kept for the next item.
    private const int MaxPooled = 1024 * 1024;

    private static readonly StoredValue Nothing = new("null", Lossy: false);

    [ThreadStatic]
    private static ValueEncoder? s_pooled;

    private readonly JsonText _text = new();
    private readonly object[] _ancestors = new object[MaxDepth];
    private int _depth;
    private int _bags;
    private bool _lossy;

    private ValueEncoder()
    {
    }

    public static StoredValue EncodeOne(object? value) => value is null ? Nothing : Encode(value, static (encoder, value) => encoder.Write(value));

    public static StoredValue EncodeAll(IReadOnlyList<PSObject> objects) => Encode(objects, static (encoder, objects) => encoder.WriteAll(objects));

    private static StoredValue Encode<T>(T value, Action<ValueEncoder, T> write)
    {
        // A script property that encodes something of its own finds no pooled one.
        var encoder = s_pooled ?? new ValueEncoder();
        s_pooled = null;
        try
        {
            write(encoder, value);
            return new StoredValue(encoder._text.ToString(), encoder._lossy);
        }
        catch (Exception error)
        {
            return new StoredValue($"\"<{error.GetType().FullName}>\"", Lossy: true);
        }
        finally
        {
            if (encoder._text.Capacity <= MaxPooled)
            {
                encoder._text.Length = 0;
                encoder._lossy = false;
                encoder._depth = encoder._bags = 0;
                Array.Clear(encoder._ancestors);
                s_pooled = encoder;
            }
        }
    }

    private void WriteAll(IReadOnlyList<PSObject> objects)
    {
        _text.Append('[');
        for (var i = 0; i < objects.Count; i++)
        {
            if (i > 0)
            {
                _text.Append(',');
            }

            Write(objects[i]);
        }

        _text.Append(']');
    }

    private void Write(object? value)
    {
        switch (value)
        {
            case null:
                _text.Append("null");
                break;
            case string text:
                WriteString(text);
                break;
            case int number:
                _text.AppendFormatted(number);
                break;
            case bool answer:
                _text.Append(answer ? "true" : "false");
                break;
            case double number when double.IsFinite(number):
                _text.AppendDouble(number);
                break;
            default:
                WriteOrGiveUp(value);
                break;
        }
    }

    private void WriteString(string text)
    {
        if (text.Length > MaxLength - _text.Length)
        {
            _lossy = true;
            text = text[..Math.Max(0, MaxLength - _text.Length)];
        }

        _text.AppendQuoted(text);
    }

    /// <summary>Writes a value; where that fails, what it has written is taken back and the value's type is named instead.</summary>
    private void WriteOrGiveUp(object value)
    {
        var (length, depth, bags) = (_text.Length, _depth, _bags);
        try
        {
            WriteObject(value, value as PSObject);
        }
        catch (Exception)
        {
            (_text.Length, _depth, _bags) = (length, depth, bags);
            WriteLost((value as PSObject)?.BaseObject ?? value);
        }
    }

    private void WriteObject(object value, PSObject? wrapped)
    {
        var known = wrapped is null ? value : wrapped.BaseObject;
        switch (known)
        {
            case var _ when IsSecret(known):
                _lossy = true;
                _text.AppendQuoted("<secret>");
                return;
            case PSCustomObject:
                WriteCustomObject(wrapped);
                return;
        }

        var depth = _depth;
        var scalar = ScalarType.Of(known);
        if (scalar is null && known is not Enum)
        {
            if (!TryEnter(known))
            {
                WriteLost(known);
                return;
            }

            if (!IsContainer(known))
            {
                WriteProperties(wrapped ?? PSObject.AsPSObject(known));
                _depth = depth;
                return;
            }
        }

        // What a script adds to a boxed value or a table belongs to it with and without its wrapper.
        var notes = ExtendedMembers.Of(value);
        var types = ExtendedMembers.OwnTypeNames(value);
        if (notes is null && types is null)
        {
            WriteKnown(known, scalar);
        }
        else
        {
            _text.Append("{\"$t\":\"psobject\"");
            if (types is not null)
            {
                WriteTypeNames(types, [.. ExtendedMembers.NaturalTypeNames(known)]);
            }

            _text.Append(",\"v\":");
            WriteKnown(known, scalar);
            if (notes is not null)
            {
                _text.Append(",\"notes\":");
                WriteMembers(notes, isNote: true);
            }

            _text.Append('}');
        }

        _depth = depth;
    }

    private static bool IsSecret(object value) => value is SecureString or PSCredential or NetworkCredential;

    /// <summary>Writes a value that has a form of its own, without what was added to it.</summary>
    private void WriteKnown(object value, ScalarType? scalar)
    {
        switch (value)
        {
            case string or int or bool:
            case double number when double.IsFinite(number):
                Write(value);
                break;
            case Enum e:
                WriteEnum(e);
                break;
            case XmlDocument document:
                WriteXml(document);
                break;
            case var _ when scalar is not null:
                _text.Append("{\"$t\":\"");
                _text.Append(scalar.Name);
                _text.Append("\",\"v\":");
                scalar.Write(_text, value);
                _text.Append('}');
                break;
            default:
                WriteContainer(value);
                break;
        }
    }

    private void WriteEnum(Enum value)
    {
        var type = value.GetType();
        _text.Append("{\"$t\":\"enum\",\"of\":");
        _text.AppendQuoted(type.FullName ?? type.Name);
        _text.Append(",\"v\":");
        _text.Append(value.ToString("D"));
        if (EnumType.NumberName(type) is not "int" and var number)
        {
            _text.Append(",\"as\":");
            _text.AppendQuoted(number);
        }

        _text.Append(",\"name\":");
        _text.AppendQuoted(value.ToString());
        _text.Append('}');
        _lossy |= !EnumType.IsNameable(type);
    }

    private void WriteXml(XmlDocument document)
    {
        // A document type can name other files: it is not read back.
        if (document.DocumentType is not null || document.GetType() != typeof(XmlDocument) || document.DocumentElement is null)
        {
            _lossy = true;
            WriteString(document.OuterXml);
            return;
        }

        _text.Append("{\"$t\":\"xml\",\"v\":");
        WriteString(document.OuterXml);
        _text.Append(document.PreserveWhitespace ? ",\"space\":true}" : "}");
    }

    /// <summary>Names what can't be kept.</summary>
    private void WriteLost(object value)
    {
        _lossy = true;
        _text.AppendQuoted($"<{value.GetType().FullName}>");
    }

    /// <summary>Goes one level deeper; false when the value is inside itself, or too deep.</summary>
    private bool TryEnter(object value)
    {
        if (_depth == MaxDepth)
        {
            return false;
        }

        for (var i = 0; i < _depth; i++)
        {
            if (ReferenceEquals(_ancestors[i], value))
            {
                return false;
            }
        }

        _ancestors[_depth++] = value;
        return true;
    }

    private bool IsFull()
    {
        if (_text.Length < MaxLength)
        {
            return false;
        }

        _lossy = true;
        return true;
    }
}
