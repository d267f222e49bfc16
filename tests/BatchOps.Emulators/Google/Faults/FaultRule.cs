namespace BatchOps.Emulators.Google;

/// <summary>What goes wrong with certain calls of a method.</summary>
/// <param name="Method">As the discovery document names it, such as <c>slides.presentations.batchUpdate</c>.</param>
/// <param name="Kind">What happens to them.</param>
/// <param name="From">The first call that it happens to, from 1, counted since the start or the last reset.</param>
/// <param name="Times">How many in a row.</param>
public sealed record FaultRule(string Method, FaultKind Kind, int From = 1, int Times = 1);
