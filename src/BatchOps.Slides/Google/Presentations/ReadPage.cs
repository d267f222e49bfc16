namespace BatchOps.Slides.Google.Presentations;

/// <summary>A slide, notes page, layout or master as it was read.</summary>
/// <param name="Id">Its object id.</param>
/// <param name="Part">What messages call it.</param>
internal sealed record ReadPage(string Id, string Part)
{
    /// <summary>Its texts that may hold tokens, in the order of drawing.</summary>
    public List<TextPlace> Places { get; } = [];

    /// <summary>Pictures with an alternative text that may name another one.</summary>
    public List<(string ObjectId, string Description)> Pictures { get; } = [];

    /// <summary>Tokens that stand where nothing can be put.</summary>
    public List<(string Literal, string Name, string? Shape, string Problem)> Fixed { get; } = [];

    /// <summary>All tokens on the page.</summary>
    public IEnumerable<(string Literal, string Name, string? Shape, string? Problem)> Tokens(TokenSyntax syntax) =>
        Places.SelectMany(place => place.Tokens.Select(token => (token.In(place.Text), token.Body, (string?)place.Name, (string?)null))
                .Concat(place.Broken.Select(literal => (literal, syntax.Bare(literal), (string?)place.Name, (string?)"a line break or automatic text cuts it in two"))))
            .Concat(Fixed.Select(token => (token.Literal, token.Name, token.Shape, (string?)token.Problem)));
}
