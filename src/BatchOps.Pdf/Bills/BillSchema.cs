using System.Text.Json.Nodes;

namespace BatchOps.Pdf.Bills;

/// <summary>The JSON schema of a page's answer, in the words that <see cref="BillPageParser"/> reads.</summary>
internal static class BillSchema
{
    public const string Name = "bill_page";

    public static readonly string[] PageTypes = ["bill_detail", "final_bill", "pharmacy", "other"];
    public static readonly string[] RowKinds = ["item", "subtotal", "tax", "discount", "carried_forward", "total"];
    public static readonly string[] TotalKinds = ["total", "subtotal", "payment", "balance"];

    private static readonly BinaryData[] Texts = [Write(BillSchemaDialect.OpenAI), Write(BillSchemaDialect.Gemini)];

    /// <summary>The schema as JSON.</summary>
    public static BinaryData For(BillSchemaDialect dialect) => Texts[(int)dialect];

    private static BinaryData Write(BillSchemaDialect dialect)
    {
        var row = Object(
            dialect,
            ("row_kind", Word(RowKinds), true),
            ("item_name", Text(), true),
            ("item_quantity", Text(), false),
            ("item_rate", Text(), false),
            ("item_amount", Text(), false));
        var total = Object(dialect, ("kind", Word(TotalKinds), true), ("label", Text(), true), ("amount", Text(), true));
        var page = Object(
            dialect,
            ("page_type", Word(PageTypes), true),
            ("bill_number", Text(), false),
            ("currency", Text(), false),
            ("rows", Array(row), true),
            ("printed_totals", Array(total), true));
        return BinaryData.FromString(page.ToJsonString());
    }

    private static JsonObject Object(BillSchemaDialect dialect, params (string Name, JsonObject Schema, bool IsNeeded)[] properties)
    {
        var isStrict = dialect == BillSchemaDialect.OpenAI;
        var all = new JsonObject();
        var required = new JsonArray();
        foreach (var (name, schema, isNeeded) in properties)
        {
            if (isStrict && !isNeeded)
            {
                schema["type"] = new JsonArray("string", "null");
            }

            all[name] = schema;
            if (isStrict || isNeeded)
            {
                required.Add(name);
            }
        }

        var result = new JsonObject { ["type"] = "object", ["properties"] = all, ["required"] = required };
        if (isStrict)
        {
            result["additionalProperties"] = false;
        }

        return result;
    }

    private static JsonObject Array(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    private static JsonObject Text() => new() { ["type"] = "string" };

    private static JsonObject Word(string[] words) => new() { ["type"] = "string", ["enum"] = new JsonArray(words.Select(static word => (JsonNode)word).ToArray()) };
}
