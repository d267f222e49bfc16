using System.Globalization;
using System.Text;
using BatchOps.Slides;

namespace BatchOps.PowerShell.Decks;

/// <summary>A deck's plan in lines of text, for <c>-WhatIf</c>.</summary>
internal static class DeckPreview
{
    // A value is shown to be recognised, not to be read.
    private const int LongestValue = 60;

    /// <summary>What would be done on each slide.</summary>
    public static string Write(IReadOnlyList<PlannedSlide> slides, DeckPlan plan)
    {
        var text = new StringBuilder();
        foreach (var slide in slides)
        {
            text.Append("\n  ").Append(slide.Number is { } number ? string.Create(CultureInfo.CurrentCulture, $"slide {number}") : "masters, layouts and properties");
            if (slide.Title is { Length: > 0 } title)
            {
                text.Append(" '").Append(Short(plan.Record.Expand(title))).Append('\'');
            }

            text.Append(slide.Copies switch
            {
                0 => ": left out",
                1 => string.Empty,
                var copies => string.Create(CultureInfo.CurrentCulture, $": {copies} times"),
            });
            foreach (var token in slide.Tokens)
            {
                if (token.Text is { Length: 0 } && token.Token.Name.StartsWith('#'))
                {
                    continue;
                }

                text.Append("\n    ").Append(token.Token.Token).Append(token switch
                {
                    { Problem: { } problem } => $" stays: {problem}",
                    { Image: { } image } => $" -> picture {image.Source}",
                    _ => $" -> {Short(token.Text!)}",
                });
            }

            if (slide.Notes is { } notes)
            {
                text.Append("\n    notes -> ").Append(Short(notes));
            }
        }

        return text.ToString();
    }

    private static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= LongestValue ? line : line[..(LongestValue - 3)] + "...";
    }
}
