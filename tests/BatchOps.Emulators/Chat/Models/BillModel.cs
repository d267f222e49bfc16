using System.Text.RegularExpressions;

namespace BatchOps.Emulators.Chat;

/// <summary>
/// Reads a page of a bill: its text where the prompt holds it between <c>&lt;page&gt;</c> and <c>&lt;/page&gt;</c>, else its
/// picture. It knows one layout: lines of cells with bars between them, <c>name | quantity | rate | amount</c>, and lines
/// <c>Bill No: ...</c> and <c>Currency: ...</c>. What a row is, it tells by its words. It answers what it has read, right or
/// wrong, in the fields that the schema of the request asks for.
/// </summary>
public static partial class BillModel
{
    public static string Read(ChatRequest request)
    {
        var lines = PageText(request).ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var isClosed = request.Schema is not { } schema || schema.TryGetProperty("additionalProperties", out _);
        var rows = new List<Dictionary<string, string?>>();
        var totals = new List<Dictionary<string, string?>>();
        foreach (var cells in lines.Select(static line => line.Split('|', StringSplitOptions.TrimEntries)).Where(static cells => cells.Length == 4 && cells[0] != "Item"))
        {
            if (Total().IsMatch(cells[0]) || Paid().IsMatch(cells[0]) || Due().IsMatch(cells[0]))
            {
                var kind = Paid().IsMatch(cells[0]) ? "payment" : Due().IsMatch(cells[0]) ? "balance" : "total";
                totals.Add(new() { ["kind"] = kind, ["label"] = cells[0], ["amount"] = cells[3] });
            }
            else
            {
                rows.Add(new() { ["row_kind"] = KindOf(cells[0]), ["item_name"] = cells[0], ["item_quantity"] = cells[1], ["item_rate"] = cells[2], ["item_amount"] = cells[3] });
            }
        }

        var page = new Dictionary<string, object?>
        {
            ["page_type"] = PageTypeOf(lines, rows.Count + totals.Count > 0),
            ["bill_number"] = Field(lines, "Bill No:"),
            ["currency"] = Field(lines, "Currency:"),
            ["rows"] = rows.Select(row => Cells(row, isClosed)),
            ["printed_totals"] = totals,
        };
        return Json.Text(page.Where(field => isClosed || field.Value is not null).ToDictionary());
    }

    private static string PageText(ChatRequest request)
    {
        var between = Between().Match(request.Prompt);
        return between.Success ? between.Groups[1].Value
            : request.Messages.SelectMany(static message => message.Images).FirstOrDefault()?.Bytes is { } picture ? PageReader.Read(picture)
            : "";
    }

    /// <summary>What is empty is null where every field must be there, and else left out.</summary>
    private static Dictionary<string, string?> Cells(Dictionary<string, string?> row, bool isClosed) =>
        row.Select(static cell => (cell.Key, Value: cell.Value is { Length: > 0 } ? cell.Value : null)).Where(cell => isClosed || cell.Value is not null).ToDictionary(static cell => cell.Key, static cell => cell.Value);

    private static string KindOf(string name) =>
        Carried().IsMatch(name) ? "carried_forward"
        : Subtotal().IsMatch(name) ? "subtotal"
        : Discount().IsMatch(name) ? "discount"
        : Tax().IsMatch(name) ? "tax"
        : "item";

    private static string PageTypeOf(string[] lines, bool hasTable) =>
        Array.Exists(lines, static line => line.StartsWith("FINAL BILL", StringComparison.OrdinalIgnoreCase)) ? "final_bill"
        : Array.Exists(lines, static line => line.StartsWith("PHARMACY", StringComparison.OrdinalIgnoreCase)) ? "pharmacy"
        : hasTable ? "bill_detail" : "other";

    private static string? Field(string[] lines, string name) =>
        Array.Find(lines, line => line.StartsWith(name, StringComparison.OrdinalIgnoreCase)) is { } found ? found[name.Length..].Trim() : null;

    [GeneratedRegex("<page>(.*)</page>", RegexOptions.Singleline)]
    private static partial Regex Between();

    [GeneratedRegex("^(grand )?total\\b", RegexOptions.IgnoreCase)]
    private static partial Regex Total();

    [GeneratedRegex("^(amount )?paid\\b|^advance\\b", RegexOptions.IgnoreCase)]
    private static partial Regex Paid();

    [GeneratedRegex("^balance\\b|\\bdue$", RegexOptions.IgnoreCase)]
    private static partial Regex Due();

    [GeneratedRegex("^(carried|brought) forward\\b", RegexOptions.IgnoreCase)]
    private static partial Regex Carried();

    [GeneratedRegex("^(sub-?|page )total\\b", RegexOptions.IgnoreCase)]
    private static partial Regex Subtotal();

    [GeneratedRegex("^discount\\b", RegexOptions.IgnoreCase)]
    private static partial Regex Discount();

    [GeneratedRegex("^(vat|cgst|sgst|round)\\b", RegexOptions.IgnoreCase)]
    private static partial Regex Tax();
}
