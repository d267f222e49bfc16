namespace BatchOps.PowerShell.Journal;

/// <summary>A value as text.</summary>
/// <param name="Text">The text, see <see cref="ValueCodec"/>.</param>
/// <param name="Lossy">Whether something of the value is not in the text: a secret, a method, a live object's state.</param>
internal readonly record struct EncodedValue(string Text, bool Lossy);
