using System.Security;
using Google.Apis.Auth.OAuth2;

namespace BatchOps.Slides.Google;

/// <summary>Who asks. No message ever holds a token or a key.</summary>
public sealed class GoogleCredentials
{
    private GoogleCredentials(GoogleCredential credential, string? account)
    {
        Credential = credential;
        Account = account;
    }

    /// <summary>The address that presentations and folders are to be shared with; null when it is not known.</summary>
    public string? Account { get; }

    internal GoogleCredential Credential { get; }

    /// <summary>A token that was fetched elsewhere. It is not renewed, and lasts an hour as a rule.</summary>
    /// <param name="token">The token.</param>
    /// <exception cref="ArgumentException">It is no token.</exception>
    public static GoogleCredentials FromAccessToken(SecureString token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return new GoogleCredentials(GoogleCredential.FromAccessToken(new System.Net.NetworkCredential("", token).Password), null);
    }
}
