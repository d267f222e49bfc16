namespace BatchOps.Slides.Google.Presentations;

/// <summary>A slide as it was read.</summary>
/// <param name="Page">What stands on it.</param>
/// <param name="Notes">Its notes page.</param>
/// <param name="NotesId">The shape of its speaker notes, which may not be there yet.</param>
/// <param name="NotesText">The text of its speaker notes, without the newline at its end; null when the shape is not there.</param>
/// <param name="Number">Its place, from 1.</param>
/// <param name="Title">The text of its title.</param>
/// <param name="Rules">The slide rules that stand on it or in its notes.</param>
/// <param name="Names">The bodies of its tokens, those in its notes included.</param>
internal sealed record ReadSlide(ReadPage Page, ReadPage? Notes, string? NotesId, string? NotesText, int Number, string? Title, IReadOnlyList<SlideRule> Rules, IReadOnlyCollection<string> Names)
    : SlideOutline(Number, Title, Rules, Names);
