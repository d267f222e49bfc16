using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BatchOps.Emulators.Google;

/// <summary>What the service's discovery document allows in requests and field masks.</summary>
internal sealed class Discovery
{
    private static readonly ConcurrentDictionary<string, Discovery> Loaded = new(StringComparer.Ordinal);

    private readonly JsonElement _root;
    private readonly string _package;

    private Discovery(string name, string package)
    {
        var assembly = typeof(Discovery).Assembly;
        var resource = assembly.GetManifestResourceNames().Single(resource => resource.EndsWith($"Discovery.{name}.json", StringComparison.Ordinal));
        using var stream = assembly.GetManifestResourceStream(resource)!;
        using var document = JsonDocument.Parse(stream);
        _root = document.RootElement.Clone();
        _package = package;
    }

    public static Discovery Of(GoogleApi api) => api == GoogleApi.Slides
        ? Loaded.GetOrAdd("slides.v1", static name => new Discovery(name, "google.apps.slides.v1"))
        : Loaded.GetOrAdd("drive.v3", static name => new Discovery(name, "google.apps.drive.v3"));

    /// <exception cref="GoogleError">A parameter that the method does not have, or a value that it cannot have.</exception>
    public void CheckQuery(string method, IEnumerable<KeyValuePair<string, string>> query)
    {
        var parameters = _root.GetProperty("methods").GetProperty(method);
        var violations = new List<(string, string)>();
        foreach (var (name, value) in query)
        {
            // The session of a resumable upload is no parameter of the document.
            if (name == "upload_id")
            {
                continue;
            }

            if (!parameters.TryGetProperty(name, out var schema) && !_root.GetProperty("parameters").TryGetProperty(name, out schema))
            {
                violations.Add((name, $"Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter. Field '{name}' could not be found in request message."));
            }
            else if (!Fits(schema, value))
            {
                violations.Add((Snake(name), $"Invalid value at '{Snake(name)}' ({TypeOf(schema, "")}), \"{value}\""));
            }
        }

        Throw(violations);
    }

    /// <exception cref="GoogleError">A field that the schema does not have, or a value that it cannot have.</exception>
    public void CheckBody(string schema, JsonElement body)
    {
        var violations = new List<(string, string)>();
        CheckObject(schema, body, "", violations);
        Throw(violations);
    }

    /// <exception cref="GoogleError">A field that the schema does not have.</exception>
    public void CheckMask(string schema, FieldMask mask, GoogleApi api)
    {
        CheckMask(Properties(schema), mask, "", path => api == GoogleApi.Slides
            ? GoogleError.Violations([(path, $"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'.")], "Request contains an invalid argument.")
            : GoogleError.Invalid($"Invalid field selection {path.Split('.')[^1]}", "invalidParameter", "fields"));
    }

    private static void Throw(List<(string, string)> violations)
    {
        if (violations.Count > 0)
        {
            throw GoogleError.Violations(violations);
        }
    }

    private static string Snake(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            text.Append(char.IsUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : letter);
        }

        return text.ToString();
    }

    private static bool Fits(JsonElement schema, string value) => schema.GetProperty("type").GetString() switch
    {
        "boolean" => value is "true" or "false",
        "integer" => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        _ => !schema.TryGetProperty("enum", out var words) || words.EnumerateArray().Any(word => word.GetString() == value),
    };

    private static bool Fits(JsonElement schema, JsonElement value)
    {
        switch (schema.GetProperty("type").GetString())
        {
            case "string" when schema.TryGetProperty("enum", out var words):
                return value.ValueKind == JsonValueKind.String && words.EnumerateArray().Any(word => word.GetString() == value.GetString());
            case "string" when schema.TryGetProperty("format", out var format) && format.GetString() is "int64" or "uint64":
                return value.ValueKind is JsonValueKind.String or JsonValueKind.Number;
            case "string":
                return value.ValueKind == JsonValueKind.String;
            case "boolean":
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False;
            case "integer":
                return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _);
            case "number":
                return value.ValueKind == JsonValueKind.Number;
            default:
                return true;
        }
    }

    private string TypeOf(JsonElement schema, string name) => schema.GetProperty("type").GetString() switch
    {
        "string" when schema.TryGetProperty("enum", out _) => $"type.googleapis.com/{_package}.{name}",
        "string" => "TYPE_STRING",
        "boolean" => "TYPE_BOOL",
        "integer" => "TYPE_INT32",
        _ => "TYPE_DOUBLE",
    };

    private JsonElement? Properties(string schema) => _root.GetProperty("schemas").TryGetProperty(schema, out var properties) ? properties : null;

    private void CheckObject(string schema, JsonElement value, string path, List<(string, string)> violations)
    {
        // A schema that was left out is one of a request that is not applied: it is refused later, with a better reason.
        if (Properties(schema) is not { } properties)
        {
            return;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            violations.Add((path, $"Invalid value at '{path}' (type.googleapis.com/{_package}.{schema}), {value.GetRawText()}"));
            return;
        }

        CheckProperties(properties, value, path, violations);
    }

    private void CheckProperties(JsonElement properties, JsonElement value, string path, List<(string, string)> violations)
    {
        foreach (var field in value.EnumerateObject())
        {
            if (!properties.TryGetProperty(field.Name, out var schema))
            {
                var at = path.Length == 0 ? "" : $" at '{path}'";
                violations.Add((path, $"Invalid JSON payload received. Unknown name \"{field.Name}\"{at}: Cannot find field."));
            }
            else if (schema.TryGetProperty("readOnly", out _))
            {
                throw new GoogleError(403, "PERMISSION_DENIED", "fieldNotWritable", "The resource body includes fields which are not directly writable.");
            }
            else if (field.Value.ValueKind != JsonValueKind.Null)
            {
                CheckValue(schema, field.Value, path.Length == 0 ? Snake(field.Name) : $"{path}.{Snake(field.Name)}", field.Name, violations);
            }
        }
    }

    private void CheckValue(JsonElement schema, JsonElement value, string path, string name, List<(string, string)> violations)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            CheckObject(reference.GetString()!, value, path, violations);
        }
        else if (schema.TryGetProperty("items", out var items))
        {
            if (value.ValueKind != JsonValueKind.Array)
            {
                violations.Add((path, $"Invalid value at '{path}', must be an array"));
                return;
            }

            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                CheckValue(items, item, $"{path}[{index++}]", name, violations);
            }
        }
        else if (schema.TryGetProperty("properties", out var properties) && value.ValueKind == JsonValueKind.Object)
        {
            CheckProperties(properties, value, path, violations);
        }
        else if (schema.TryGetProperty("additionalProperties", out var each) && value.ValueKind == JsonValueKind.Object)
        {
            foreach (var entry in value.EnumerateObject())
            {
                // A key without a value is one that is taken away.
                if (entry.Value.ValueKind != JsonValueKind.Null)
                {
                    CheckValue(each, entry.Value, $"{path}.{entry.Name}", name, violations);
                }
            }
        }
        else if (!Fits(schema, value))
        {
            violations.Add((path, $"Invalid value at '{path}' ({TypeOf(schema, char.ToUpperInvariant(name[0]) + name[1..])}), {value.GetRawText()}"));
        }
    }

    private void CheckMask(JsonElement? properties, FieldMask mask, string path, Func<string, GoogleError> error)
    {
        foreach (var (name, inner) in mask.Fields)
        {
            var here = path.Length == 0 ? name : $"{path}.{name}";
            if (name == "*")
            {
                continue;
            }

            if (properties is not { } known || !known.TryGetProperty(name, out var schema))
            {
                throw error(here);
            }

            if (inner is null)
            {
                continue;
            }

            schema = schema.TryGetProperty("items", out var items) ? items : schema;
            // The keys of a map are not known: any may be asked for.
            if (!schema.TryGetProperty("additionalProperties", out _))
            {
                JsonElement? below = schema.TryGetProperty("$ref", out var reference) ? Properties(reference.GetString()!)
                    : schema.TryGetProperty("properties", out var nested) ? nested : null;
                CheckMask(below, inner, here, error);
            }
        }
    }
}
