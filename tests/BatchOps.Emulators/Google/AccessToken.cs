namespace BatchOps.Emulators.Google;

/// <summary>A token that the services take.</summary>
/// <param name="Token">What a client sends.</param>
/// <param name="User">Whose quota it counts against.</param>
/// <param name="ExpiresAt">From when on it is refused with 401; null is never.</param>
public sealed record AccessToken(string Token, string User, DateTimeOffset? ExpiresAt = null);
