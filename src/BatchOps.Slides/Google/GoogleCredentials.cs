using System.Net;
using System.Security;
using System.Text.Json;
using Google.Apis.Auth.OAuth2;

namespace BatchOps.Slides.Google;

/// <summary>Who asks. No message ever holds a token or a key.</summary>
public sealed class GoogleCredentials
{
    private const string Variable = "GOOGLE_APPLICATION_CREDENTIALS";

    private GoogleCredentials(GoogleCredential credential, string? account)
    {
        Credential = credential;
        Account = account;
    }

    /// <summary>What decks need: presentations, and Drive for copies of templates and uploads of images.</summary>
    /// <remarks>
    /// The narrower <c>drive.file</c> does in place of <c>drive</c> where the same app has made or opened the templates;
    /// a template that was merely shared with the account is not seen with it.
    /// </remarks>
    public static IReadOnlyList<string> DefaultScopes { get; } = ["https://www.googleapis.com/auth/presentations", "https://www.googleapis.com/auth/drive"];

    /// <summary>The address that presentations and folders are to be shared with; null when it is not known.</summary>
    public string? Account { get; }

    internal GoogleCredential Credential { get; }

    /// <summary>A service account's key file.</summary>
    /// <param name="path">The file, in JSON as the Cloud console gives it.</param>
    /// <param name="subject">The user it acts for, which needs domain-wide delegation; null for itself.</param>
    /// <param name="scopes">What it may do; <see cref="DefaultScopes"/> by default.</param>
    /// <exception cref="GoogleSetupException">There is no such file, or it holds no key of a service account.</exception>
    public static GoogleCredentials FromServiceAccountFile(string path, string? subject = null, IReadOnlyList<string>? scopes = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var text = ReadKeyFile(path);
        var account = CheckKey(path, text);
        CheckSubject(subject);
        GoogleCredential credential;
        try
        {
            credential = CredentialFactory.FromJson<ServiceAccountCredential>(text).ToGoogleCredential();
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException or FormatException or System.Security.Cryptography.CryptographicException)
        {
            throw NoKey(path, $"a private key of {account} that can't be read: the file was cut short or changed");
        }

        return new GoogleCredentials(For(credential.CreateScoped(scopes ?? DefaultScopes), subject), subject ?? account);
    }

    /// <summary>What this machine or this user is signed in with: GOOGLE_APPLICATION_CREDENTIALS, gcloud, or the account of a cloud machine.</summary>
    /// <param name="subject">The user that a service account acts for; null for itself.</param>
    /// <param name="scopes">What it may do; <see cref="DefaultScopes"/> by default.</param>
    /// <param name="cancellationToken">Gives up looking.</param>
    /// <exception cref="GoogleSetupException">There is nothing, or it can't act for the user.</exception>
    public static async Task<GoogleCredentials> FromApplicationDefaultAsync(string? subject = null, IReadOnlyList<string>? scopes = null, CancellationToken cancellationToken = default)
    {
        CheckSubject(subject);
        var file = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(file) && !File.Exists(file))
        {
            throw new GoogleSetupException($"The environment variable {Variable} names the file '{file}', which is not there. Correct or clear the variable.");
        }

        GoogleCredential credential;
        try
        {
            credential = await GoogleCredential.GetApplicationDefaultAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is InvalidOperationException or IOException or ArgumentException or FormatException or Newtonsoft.Json.JsonException)
        {
            throw NothingHere(file, scopes ?? DefaultScopes);
        }

        var account = (credential.UnderlyingCredential as ServiceAccountCredential)?.Id;
        return new GoogleCredentials(For(credential.CreateScoped(scopes ?? DefaultScopes), subject), subject ?? account);
    }

    /// <summary>A token that was fetched elsewhere. It is not renewed, and lasts an hour as a rule.</summary>
    /// <param name="token">The token.</param>
    /// <exception cref="GoogleSetupException">It is no token.</exception>
    public static GoogleCredentials FromAccessToken(SecureString token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var text = new NetworkCredential("", token).Password;
        if (text.Length == 0)
        {
            throw new GoogleSetupException("The access token is empty. Give one such as 'gcloud auth print-access-token' prints.");
        }

        // A line end is easily read in with it, and a header can't hold one.
        return text.All(static letter => letter is > ' ' and < '\x7F')
            ? new GoogleCredentials(GoogleCredential.FromAccessToken(text), null)
            : throw new GoogleSetupException("The access token holds blanks, line ends or letters that no token has. Give only the token, without 'Bearer' before it and without a line end.");
    }

    private static string ReadKeyFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GoogleSetupException($"There is no service account file '{path}'. Give the path of the JSON key that was downloaded from the Cloud console.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new GoogleSetupException($"The service account file '{path}' can't be read: {failure.Message}", failure);
        }
    }

    /// <summary>Names what is wrong with a key file before anything is sent; gives the account's address.</summary>
    private static string CheckKey(string path, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw NoKey(path, "JSON, but no key");
            }

            if (root.TryGetProperty("installed", out _) || root.TryGetProperty("web", out _))
            {
                throw NoKey(path, "an OAuth client, not a service account's key");
            }

            var type = Text(root, "type");
            if (type != "service_account")
            {
                throw NoKey(path, type is "authorized_user" or "external_account" or "impersonated_service_account" ? $"credentials of the type '{type}'; use the application default credentials for it" : "no key of a service account");
            }

            foreach (var name in (string[])["client_email", "private_key", "token_uri"])
            {
                if (string.IsNullOrWhiteSpace(Text(root, name)))
                {
                    throw NoKey(path, $"a key without '{name}'");
                }
            }

            return Text(root, "client_email")!;
        }
        catch (JsonException)
        {
            throw NoKey(path, "no JSON");
        }
    }

    // Without what it was thrown for: that may quote the key.
    private static GoogleSetupException NoKey(string path, string what) => new(
        $"The service account file '{path}' holds {what}. In the Cloud console open the service account, make a key of the type JSON, and give the file that is downloaded.");

    private static GoogleSetupException NothingHere(string? file, IReadOnlyList<string> scopes) => new(
        (string.IsNullOrEmpty(file) ? "This machine has no application default credentials. " : $"The file '{file}', which the environment variable {Variable} names, holds no credentials that can be read. ")
        + $"Set {Variable} to the path of a service account's key file, or run 'gcloud auth application-default login --scopes=https://www.googleapis.com/auth/cloud-platform,{string.Join(',', scopes)}'.");

    private static string? Text(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void CheckSubject(string? subject)
    {
        if (subject is not null && (subject.IndexOf('@', StringComparison.Ordinal) is var at && (at < 1 || at == subject.Length - 1)))
        {
            throw new GoogleSetupException($"'{subject}' is no address of a user to act for; give one such as 'name@example.com'.");
        }
    }

    private static GoogleCredential For(GoogleCredential credential, string? subject)
    {
        if (subject is null)
        {
            return credential;
        }

        try
        {
            return credential.CreateWithUser(subject);
        }
        catch (InvalidOperationException failure)
        {
            throw new GoogleSetupException($"These credentials can't act for '{subject}': only a service account with domain-wide delegation can. Leave the subject out, or give the service account's key file.", failure);
        }
    }
}
