using Google.Apis.Slides.v1.Data;

namespace BatchOps.Slides.Google.Presentations;

/// <summary>Takes the markers of slide rules out of a text; a paragraph, or a shape, that was there for them alone goes too.</summary>
/// <param name="Requests">The changes.</param>
/// <param name="Rest">What is left of the place; null when it is gone.</param>
internal sealed record MarkerRemoval(IReadOnlyList<Request> Requests, TextPlace? Rest)
{
    /// <summary>Removes markers.</summary>
    /// <param name="place">The text.</param>
    /// <param name="markers">The markers, in order.</param>
    /// <param name="syntax">How tokens look.</param>
    public static MarkerRemoval From(TextPlace place, IReadOnlyList<Token> markers, TokenSyntax syntax)
    {
        var id = place.ObjectId;
        if (place.Kind is TextKind.AltTitle or TextKind.AltText)
        {
            var text = Cut(place.Text, markers.Select(marker => (marker.Start, marker.End)));
            return new MarkerRemoval([TextRequests.SetAltText(place.Kind, id, text)], place.With(text, syntax));
        }

        var paragraphs = place.Paragraphs.Select(range => (range.Start, range.End, Markers: markers.Where(marker => marker.Start >= range.Start && marker.End <= range.End).ToList())).ToList();
        var goes = paragraphs.Select(paragraph => paragraph.Markers.Count > 0 && IsBlankWithout(place.Text, paragraph)).ToList();
        var lastKept = goes.LastIndexOf(false);
        if (lastKept < 0 && place is { Kind: TextKind.Shape, IsPlaceholder: false, IsGrouped: false })
        {
            return new MarkerRemoval([TextRequests.Delete(id)], null);
        }

        var cuts = new List<(int Start, int End)>();
        for (var i = 0; i < paragraphs.Count; i++)
        {
            var (start, end, own) = paragraphs[i];
            if (!goes[i])
            {
                cuts.AddRange(own.Select(marker => (marker.Start, marker.End)));
            }
            else if (i < lastKept)
            {
                cuts.Add((start, end + 1));
            }
        }

        // The newline at the very end stays, so the one before the paragraphs that go at the end goes with them.
        var tail = lastKept < 0 ? 0 : paragraphs[lastKept].End;
        if (paragraphs[^1].End > tail)
        {
            cuts.Add((tail, paragraphs[^1].End));
        }

        return new MarkerRemoval(
            cuts.AsEnumerable().Reverse().Select(cut => TextRequests.Delete(id, place.Cell, cut.Start, cut.End)).ToList(),
            place.With(Cut(place.Text, cuts), syntax));
    }

    private static bool IsBlankWithout(string text, (int Start, int End, List<Token> Markers) paragraph) =>
        string.IsNullOrWhiteSpace(Cut(text[..paragraph.End], paragraph.Markers.Select(marker => (marker.Start, marker.End)))[paragraph.Start..]);

    private static string Cut(string text, IEnumerable<(int Start, int End)> cuts)
    {
        foreach (var (start, end) in cuts.Reverse())
        {
            text = text.Remove(start, end - start);
        }

        return text;
    }
}
