using System.Text.Json;

namespace BatchOps.Pdf.Bills;

/// <summary>Reads a model's answer by the letter of <see cref="BillSchema"/>: what does not fit is an error that says where.</summary>
internal static class BillPageParser
{
    // A row twice the size of this is no row of a bill.
    private const int MostText = 2000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Reads an answer; its numbers by the format that the page alone shows.</summary>
    /// <param name="answer">What the model wrote.</param>
    /// <param name="pageNumber">The page that it was shown.</param>
    /// <exception cref="BillAnswerException">It is no JSON, or not of the schema.</exception>
    public static BillPage Parse(string answer, int pageNumber)
    {
        try
        {
            using var document = JsonDocument.Parse(answer, Strict);
            var page = Read(document.RootElement, pageNumber);
            return page.Read(BillNumberFormat.Of([page]));
        }
        catch (JsonException error)
        {
            throw new BillAnswerException($"The model's answer is no JSON: {error.Message}", error);
        }
        catch (InvalidOperationException error)
        {
            // A lone half of a surrogate pair can't be read as text.
            throw new BillAnswerException("The model's answer holds text that is no Unicode.", error);
        }
    }

    private static BillPage Read(JsonElement root, int pageNumber)
    {
        Expect(root, JsonValueKind.Object, "The answer", "an object");
        return new BillPage
        {
            PageNumber = pageNumber,
            PageType = (BillPageType)Word(root, "page_type", BillSchema.PageTypes, ""),
            BillNumber = Text(root, "bill_number", ""),
            Currency = Text(root, "currency", ""),
            Rows = List(root, "rows", (row, place) => new BillItem
            {
                PageNumber = pageNumber,
                Kind = (BillRowKind)Word(row, "row_kind", BillSchema.RowKinds, place),
                Name = Needed(row, "item_name", place),
                QuantityAsPrinted = Text(row, "item_quantity", place),
                RateAsPrinted = Text(row, "item_rate", place),
                AmountAsPrinted = Text(row, "item_amount", place),
            }),
            PrintedTotals = List(root, "printed_totals", (total, place) => new BillTotal
            {
                PageNumber = pageNumber,
                Kind = (BillTotalKind)Word(total, "kind", BillSchema.TotalKinds, place),
                Label = Needed(total, "label", place),
                AmountAsPrinted = Needed(total, "amount", place),
            }),
        };
    }

    private static T[] List<T>(JsonElement root, string name, Func<JsonElement, string, T> read)
    {
        var list = Property(root, name) ?? throw Missing(name);
        Expect(list, JsonValueKind.Array, name, "a list");
        return list.EnumerateArray().Select((element, index) =>
        {
            var place = $"{name}[{index}]";
            Expect(element, JsonValueKind.Object, place, "an object");
            return read(element, place + ".");
        }).ToArray();
    }

    private static int Word(JsonElement element, string name, string[] words, string place)
    {
        var word = Needed(element, name, place);
        var index = Array.IndexOf(words, word);
        return index >= 0 ? index : throw new BillAnswerException($"In the model's answer {place}{name} is '{Start(word)}', which is none of {string.Join(", ", words)}.");
    }

    private static string Needed(JsonElement element, string name, string place)
    {
        var value = Property(element, name) ?? throw Missing(place + name);
        Expect(value, JsonValueKind.String, place + name, "a text");
        return Bounded(value.GetString()!, place + name);
    }

    /// <summary>A text that may be missing; empty is as good as missing.</summary>
    private static string? Text(JsonElement element, string name, string place)
    {
        if (Property(element, name) is not { ValueKind: not JsonValueKind.Null } value)
        {
            return null;
        }

        Expect(value, JsonValueKind.String, place + name, "a text or null");
        return Bounded(value.GetString()!, place + name) is { Length: > 0 } text ? text : null;
    }

    private static string Bounded(string text, string place) => text.Length <= MostText
        ? text.Trim()
        : throw new BillAnswerException($"In the model's answer {place} is {text.Length} characters long; no bill prints that.");

    private static JsonElement? Property(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value : null;

    private static void Expect(JsonElement element, JsonValueKind kind, string place, string what)
    {
        if (element.ValueKind != kind)
        {
            throw new BillAnswerException($"In the model's answer {place} is not {what}, but {element.ValueKind.ToString().ToLowerInvariant()}.");
        }
    }

    private static BillAnswerException Missing(string place) => new($"In the model's answer {place} is missing.");

    private static string Start(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
