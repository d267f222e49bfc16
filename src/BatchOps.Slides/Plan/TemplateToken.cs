namespace BatchOps.Slides;

/// <summary>A token of a template.</summary>
/// <param name="Token">The token with its delimiters.</param>
/// <param name="Name">What stands between them.</param>
/// <param name="Slide">The slide's place in the template, from 1; null elsewhere.</param>
/// <param name="Shape">Name of the shape that it stands in.</param>
/// <param name="Part">Where it stands: a part of the file, a page of the presentation.</param>
/// <param name="Problem">Why nothing can be put in its place, whatever its value; null when it can be filled.</param>
public sealed record TemplateToken(string Token, string Name, int? Slide, string? Shape, string Part, string? Problem = null);
