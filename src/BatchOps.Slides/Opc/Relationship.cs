namespace BatchOps.Slides.Opc;

/// <summary>A part's reference to another part, or to something outside.</summary>
/// <param name="Id">What the part's content calls it.</param>
/// <param name="Type">A URI; <see cref="Kind"/> is its last segment.</param>
/// <param name="Target">The target as written.</param>
/// <param name="Part">Name of the part it leads to; null when it leads outside or is not well-formed.</param>
internal sealed record Relationship(string Id, string Type, string Target, string? Part)
{
    public string Kind { get; } = Type[(Type.LastIndexOf('/') + 1)..];

    public bool IsExternal { get; init; }
}
