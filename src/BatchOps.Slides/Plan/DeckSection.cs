namespace BatchOps.Slides;

/// <summary>A part of a report: fills the tokens <c>{{slug_title}}</c>, <c>{{slug_body}}</c> and <c>{{slug_chart}}</c>.</summary>
/// <param name="Slug">What its tokens begin with.</param>
/// <param name="Title">Its title; null leaves the token without a value.</param>
/// <param name="Body">Its text; null leaves the token without a value.</param>
/// <param name="Chart">Path or address of its picture; null leaves the token without one.</param>
public sealed record DeckSection(string Slug, string? Title, string? Body, string? Chart = null);
