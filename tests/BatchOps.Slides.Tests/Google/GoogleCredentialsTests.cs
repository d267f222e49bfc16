using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google;

public sealed class GoogleCredentialsTests : IDisposable
{
    private const string Account = "robot@project.iam.gserviceaccount.com";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ServiceAccountFile_OfTheConsole_IsTaken()
    {
        var credentials = GoogleCredentials.FromServiceAccountFile(Key(NewKey()));

        Assert.Equal(Account, credentials.Account);
    }

    [Fact]
    public void ServiceAccountFile_ForAUser_NamesTheUser() =>
        Assert.Equal("user@example.com", GoogleCredentials.FromServiceAccountFile(Key(NewKey()), "user@example.com").Account);

    [Theory]
    [InlineData("not json", "no JSON")]
    [InlineData("[]", "no key")]
    [InlineData("""{"installed":{"client_secret":"hidden-words"}}""", "OAuth client")]
    [InlineData("""{"type":"authorized_user","refresh_token":"hidden-words"}""", "application default")]
    [InlineData("""{"type":"service_account","private_key":"hidden-words","token_uri":"https://x"}""", "client_email")]
    [InlineData("""{"type":"service_account","client_email":"a@b","private_key":"hidden-words","token_uri":"https://x"}""", "private key")]
    public void ServiceAccountFile_OfAnotherKind_SaysWhatItIsAndWhatToDo(string content, string expected)
    {
        var path = _folder.Write("key.json", Encoding.UTF8.GetBytes(content));

        var failure = Assert.Throws<GoogleSetupException>(() => GoogleCredentials.FromServiceAccountFile(path));

        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("Cloud console", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-words", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ServiceAccountFile_IsNotThere_NamesIt() =>
        Assert.Contains("nowhere.json", Assert.Throws<GoogleSetupException>(() => GoogleCredentials.FromServiceAccountFile(_folder.File("nowhere.json"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("someone")]
    [InlineData("@example.com")]
    public void Subject_IsNoAddress_IsRefused(string subject) =>
        Assert.Contains("name@example.com", Assert.Throws<GoogleSetupException>(() => GoogleCredentials.FromServiceAccountFile(Key(NewKey()), subject)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("hidden words")]
    [InlineData("hidden-words\n")]
    public void AccessToken_IsNone_IsRefusedUnseen(string token)
    {
        var failure = Assert.Throws<GoogleSetupException>(() => GoogleCredentials.FromAccessToken(GoogleRig.Secret(token)));

        Assert.DoesNotContain("hidden", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServiceAccount_WhoseKeyIsRefused_FailsTheCallWithWhatToCheck()
    {
        await using var server = new ScriptedServer("""
            HTTP/1.1 400 Bad Request
            Content-Type: application/json

            {"error":"invalid_grant","error_description":"Invalid JWT Signature."}
            """);
        using var connection = new GoogleConnection(GoogleCredentials.FromServiceAccountFile(Key(NewKey(), server.Address)), new() { Endpoint = server.Address });
        var deck = GoogleRig.Deck();

        var failure = await Assert.ThrowsAsync<GoogleCallException>(() => new DriveFiles(new GoogleCalls(connection)).GetAsync("deck", deck));

        Assert.Contains(Account, failure.Message, StringComparison.Ordinal);
        Assert.Contains("Invalid JWT Signature", failure.Message, StringComparison.Ordinal);
        Assert.Equal("invalid_grant", failure.Reason);
        Assert.Equal(Engine.OutcomeClass.ItemFault, Engine.OutcomeClassifier.Classify(failure).Class);
        Assert.Equal(0, deck.Calls);
    }

    [Fact]
    public async Task ServiceAccount_WhoseTokenServerIsInTrouble_IsAskedOnceAndTriedAgainLater()
    {
        await using var server = new ScriptedServer("HTTP/1.1 503 Service Unavailable\n\n");
        using var connection = new GoogleConnection(GoogleCredentials.FromServiceAccountFile(Key(NewKey(), server.Address)), new() { Endpoint = server.Address });

        var failure = await Assert.ThrowsAnyAsync<HttpRequestException>(() => new DriveFiles(new GoogleCalls(connection)).GetAsync("deck", GoogleRig.Deck()));

        Assert.Equal(Engine.OutcomeClass.Transient, Engine.OutcomeClassifier.Classify(failure).Class);
        Assert.Single(server.Requests);
    }

    private static string NewKey()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    }

    private string Key(string key, Uri? tokens = null) => _folder.Write("key.json", JsonSerializer.SerializeToUtf8Bytes(new
    {
        type = "service_account",
        project_id = "project",
        private_key_id = "1",
        private_key = key,
        client_email = Account,
        client_id = "1",
        token_uri = (tokens ?? new Uri("https://oauth2.googleapis.com/")) + "token",
    }));
}
