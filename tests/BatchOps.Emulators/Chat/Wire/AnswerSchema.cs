using System.Text.Json;
using System.Text.RegularExpressions;

namespace BatchOps.Emulators.Chat;

/// <summary>Refuses the schemas that the services refuse.</summary>
internal static partial class AnswerSchema
{
    private static readonly string[] UnknownToGemini = ["additionalProperties", "$ref", "$defs", "$schema", "definitions", "anyOf", "oneOf", "allOf", "const", "not", "patternProperties"];

    /// <param name="format">The field <c>json_schema</c> of a request's <c>response_format</c>.</param>
    /// <param name="dialect">Whose rules.</param>
    /// <returns>The schema.</returns>
    /// <exception cref="ChatError">The service would not take it.</exception>
    public static JsonElement Check(JsonElement format, ChatDialect dialect)
    {
        if (!format.TryGetProperty("name", out var given) || given.GetString() is not { } name || !Name().IsMatch(name))
        {
            throw ChatError.Invalid("The name of the schema is missing, or holds other characters than a-z, A-Z, 0-9, _ and -.", "response_format.json_schema.name");
        }

        if (!format.TryGetProperty("schema", out var schema))
        {
            throw ChatError.Invalid("The schema is missing.", "response_format.json_schema.schema");
        }

        if (dialect == ChatDialect.Gemini)
        {
            CheckGemini(schema, "schema");
        }
        else if (format.TryGetProperty("strict", out var strict) && strict.ValueKind == JsonValueKind.True)
        {
            if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out var type) || type.GetString() != "object")
            {
                throw Strict(name, "the root must be of type 'object'");
            }

            CheckStrict(schema, name, "()");
        }

        return schema.Clone();
    }

    private static void CheckStrict(JsonElement schema, string name, string place)
    {
        if (schema.TryGetProperty("properties", out var properties))
        {
            if (!schema.TryGetProperty("additionalProperties", out var more) || more.ValueKind != JsonValueKind.False)
            {
                throw Strict(name, $"in {place}, 'additionalProperties' is required to be supplied and to be false");
            }

            var required = schema.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(static item => item.GetString()).ToHashSet() : [];
            foreach (var property in properties.EnumerateObject())
            {
                if (!required.Contains(property.Name))
                {
                    throw Strict(name, $"in {place}, 'required' must hold every key of 'properties'; '{property.Name}' is missing");
                }

                CheckStrict(property.Value, name, $"{place}.{property.Name}");
            }
        }

        if (schema.TryGetProperty("items", out var items))
        {
            CheckStrict(items, name, place + "[]");
        }
    }

    private static void CheckGemini(JsonElement schema, string place)
    {
        foreach (var word in UnknownToGemini)
        {
            if (schema.TryGetProperty(word, out _))
            {
                throw ChatError.Invalid($"Invalid JSON payload received. Unknown name \"{word}\" at 'generation_config.response_{place}': Cannot find field.", "response_format");
            }
        }

        if (schema.TryGetProperty("type", out var type) && type.ValueKind != JsonValueKind.String)
        {
            throw ChatError.Invalid($"Invalid JSON payload received. 'generation_config.response_{place}.type' is not one type: Proto field is not repeating.", "response_format");
        }

        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
            {
                CheckGemini(property.Value, $"{place}.{property.Name}");
            }
        }

        if (schema.TryGetProperty("items", out var items))
        {
            CheckGemini(items, place + ".items");
        }
    }

    private static ChatError Strict(string name, string problem) =>
        new(400, $"Invalid schema for response_format '{name}': {problem}.", "invalid_request_error", param: "response_format");

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex Name();
}
