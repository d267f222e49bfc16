namespace BatchOps.Slides;

/// <summary>A token that is left in a deck.</summary>
/// <param name="Token">The token as it stands there, delimiters included.</param>
/// <param name="Slide">The slide's place in the deck, from 1; null when it stands in a master, a layout or the document's properties.</param>
/// <param name="Shape">Name of the shape that holds it, where there is one.</param>
/// <param name="Part">Where it stands in the file, such as <c>/ppt/slides/slide1.xml</c>.</param>
/// <param name="Reason">Why it was not replaced.</param>
public sealed record UnresolvedToken(string Token, int? Slide, string? Shape, string Part, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Token} {(Slide is { } number ? $"on slide {number}" : "in " + Part)}{(Shape is { Length: > 0 } ? $", shape '{Shape}'" : string.Empty)}: {Reason}";
}
