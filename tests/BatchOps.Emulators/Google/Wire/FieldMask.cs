using System.Text.Json.Nodes;

namespace BatchOps.Emulators.Google;

/// <summary>Which fields of an answer a client wants: <c>a,b/c,d(e,f.g)</c>, <c>*</c> for all of a level.</summary>
internal sealed class FieldMask
{
    // A field without a mask of its own comes whole.
    private readonly Dictionary<string, FieldMask?> _fields = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, FieldMask?> Fields => _fields;

    /// <exception cref="FormatException">It cannot be read.</exception>
    public static FieldMask Parse(string text)
    {
        var position = 0;
        var mask = new FieldMask();
        ReadList(mask);
        return position == text.Length ? mask : throw new FormatException(text);

        void ReadList(FieldMask into)
        {
            do
            {
                ReadPath(into);
            }
            while (TryTake(','));
        }

        void ReadPath(FieldMask into)
        {
            var start = position;
            while (position < text.Length && (char.IsLetterOrDigit(text[position]) || text[position] is '_' or '*' or '-'))
            {
                position++;
            }

            if (position == start)
            {
                throw new FormatException(text);
            }

            var name = text[start..position];
            if (TryTake('/') || TryTake('.'))
            {
                ReadPath(into.Narrow(name));
            }
            else if (TryTake('('))
            {
                ReadList(into.Narrow(name));
                if (!TryTake(')'))
                {
                    throw new FormatException(text);
                }
            }
            else
            {
                into._fields[name] = null;
            }
        }

        bool TryTake(char wanted)
        {
            var found = position < text.Length && text[position] == wanted;
            position += found ? 1 : 0;
            return found;
        }
    }

    /// <summary>A copy of the value that has only these fields; lists are gone through.</summary>
    public JsonNode? Apply(JsonNode? value)
    {
        switch (value)
        {
            case JsonArray list:
                return new JsonArray([.. list.Select(Apply)]);
            case JsonObject whole:
                var part = new JsonObject();
                foreach (var (name, field) in whole)
                {
                    if (_fields.TryGetValue(name, out var mask) || _fields.TryGetValue("*", out mask))
                    {
                        part[name] = mask is null ? field?.DeepClone() : mask.Apply(field);
                    }
                }

                return part;
            default:
                return value?.DeepClone();
        }
    }

    private FieldMask Narrow(string name)
    {
        if (!_fields.TryGetValue(name, out var mask))
        {
            _fields[name] = mask = new FieldMask();
        }

        // A whole field that is narrowed later stays whole: the mask is thrown away.
        return mask ?? new FieldMask();
    }
}
