namespace BatchOps.Slides;

/// <summary>What a plan has to know of a template's slide.</summary>
/// <param name="Number">Its place, from 1.</param>
/// <param name="Title">The text of its title.</param>
/// <param name="Rules">The slide rules that stand on it or in its notes.</param>
/// <param name="Names">The bodies of all tokens that belong to it, those in its notes included.</param>
internal record SlideOutline(int Number, string? Title, IReadOnlyList<SlideRule> Rules, IReadOnlyCollection<string> Names);
