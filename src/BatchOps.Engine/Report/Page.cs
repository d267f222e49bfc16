using System.Security.Cryptography;
using System.Text;

namespace BatchOps.Engine;

/// <summary>What stands around the sections: head, style, script, and what the page may do.</summary>
internal static class Page
{
    private static readonly string Style = Load("report.css");
    private static readonly string Script = Load("report.js");

    public static void WriteStart(Markup html, string title)
    {
        // Nothing is fetched, and of scripts and styles only these two count: markup that slipped in could do nothing.
        var policy = $"default-src 'none'; style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; base-uri 'none'; form-action 'none'";
        html.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        html.Write($"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\"/>\n");
        html.Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<meta name=\"color-scheme\" content=\"light dark\"/>\n<meta name=\"referrer\" content=\"no-referrer\"/>\n");
        html.Write($"<title>{Show.Data(title, 200)}</title>\n");
        html.Raw($"<style>{Style}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#figures\">Skip to the figures</a>\n");
        html.Raw(
            """
            <svg class="defs" width="0" height="0" aria-hidden="true"><defs>
            <pattern id="lines" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" class="pale"/><rect width="4" height="1.8" class="s"/></pattern>
            <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="f"/><rect width="2" height="6" class="paper"/></pattern>
            <pattern id="bars" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" class="t"/><rect width="1.5" height="5" class="paper"/></pattern>
            <pattern id="cross" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="6" height="6" class="x"/><rect width="1.5" height="6" class="paper"/></pattern>
            <pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" class="pale"/><circle cx="2.5" cy="2.5" r="1.1" class="k"/></pattern>
            <pattern id="wait" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="pale"/><rect width="2" height="6" class="k"/></pattern>
            <path id="flag" d="M-4 0h8l-4 8z"/>
            <path id="flag-t" d="M-4 8h8l-4-8z"/>
            </defs></svg>

            """);
    }

    public static void WriteEnd(Markup html, RunFacts facts)
    {
        html.Write($"<footer><p>Run <code>{facts.Run.RunId.ToString()}</code>. Made by BatchOps from the run’s journal. Nothing on this page is loaded from elsewhere.</p></footer>\n");
        html.Raw($"<div id=\"tip\" role=\"status\" hidden=\"hidden\"></div>\n<script>{Script}</script>\n</body>\n</html>\n");
    }

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Load(string name)
    {
        using var reader = new StreamReader(typeof(Page).Assembly.GetManifestResourceStream(name)!);

        // Browsers hash what they parsed, in which lines end in LF.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
