namespace BatchOps.Emulators.Google;

/// <summary>An image that was fetched for a presentation.</summary>
/// <param name="SourceUrl">Where it came from.</param>
/// <param name="Sha256">Of its bytes, in hexadecimal; they are served at <c>/images/{Sha256}</c>.</param>
public sealed record StoredImage(string SourceUrl, string Sha256);
