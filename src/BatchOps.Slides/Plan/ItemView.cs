namespace BatchOps.Slides;

/// <summary>Looks at an item of a collection, or a value within a record, as names and values; null when it has none.</summary>
/// <param name="value">The item.</param>
public delegate IReadOnlyDictionary<string, object?>? ItemView(object value);
