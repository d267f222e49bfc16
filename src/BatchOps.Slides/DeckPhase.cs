namespace BatchOps.Slides;

/// <summary>What a step took and did.</summary>
/// <param name="Step">The step.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Count">How much it did: values in the plan, slides, pictures uploaded, pictures placed, tokens replaced, notes pages written, parts or slides read back.</param>
public sealed record DeckPhase(DeckStep Step, TimeSpan Duration, int Count);
