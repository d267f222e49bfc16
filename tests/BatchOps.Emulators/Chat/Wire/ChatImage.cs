namespace BatchOps.Emulators.Chat;

/// <summary>An image of a message.</summary>
/// <param name="Url">Where it is; <c>data:</c> when it came along.</param>
/// <param name="Detail">How closely it is to be looked at: <c>low</c>, <c>high</c>, <c>auto</c>; null when nothing is said.</param>
public sealed record ChatImage(string Url, string? Detail)
{
    private const string Marker = ";base64,";

    /// <summary>Its bytes; null when it did not come along.</summary>
    public byte[]? Bytes => Url.StartsWith("data:image/", StringComparison.Ordinal) && Url.IndexOf(Marker, StringComparison.Ordinal) is > 0 and var at
        ? Convert.FromBase64String(Url[(at + Marker.Length)..])
        : null;
}
