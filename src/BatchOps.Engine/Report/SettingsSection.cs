using System.Text.Json;

namespace BatchOps.Engine;

/// <summary>What the run was told to do.</summary>
internal static class SettingsSection
{
    public static void Write(Markup html, RunFacts facts)
    {
        html.Raw("<section id=\"settings\">\n<h2>Settings</h2>\n<table class=\"narrow\"><tbody>\n");
        Row(html, "Order of results", facts.Run.Ordered ? "as read" : "as finished");
        foreach (var (name, value) in Read(facts.Run.Settings))
        {
            Row(html, Show.Sentence(Show.Words(name)), value);
        }

        html.Raw("</tbody></table>\n</section>\n");
    }

    private static void Row(Markup html, string name, string value) =>
        html.Write($"<tr><th scope=\"row\">{Show.Data(name, 100)}</th><td><bdi>{Show.Data(value, 1000)}</bdi></td></tr>\n");

    private static List<(string Name, string Value)> Read(string settings)
    {
        try
        {
            using var json = JsonDocument.Parse(settings);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return [.. json.RootElement.EnumerateObject().Select(static p => (p.Name, Value(p.Value)))];
            }
        }
        catch (JsonException)
        {
            // Shown as it stands.
        }

        return [("settings", settings)];
    }

    private static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Null => "–",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetInt64(out var whole) => Show.Count(whole),
        _ => value.GetRawText(),
    };
}
