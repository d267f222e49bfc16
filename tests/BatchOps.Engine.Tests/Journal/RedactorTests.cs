using System.Diagnostics;

namespace BatchOps.Engine.Tests.Journal;

public sealed class RedactorTests
{
    private const string Canary = "Canary4711canaryCanary4711";

    [Theory]
    [InlineData("Authorization: Bearer {0}", "Authorization: <secret>")]
    [InlineData("authorization: Basic {0}=", "authorization: <secret>")]
    [InlineData("Authorization: Digest username=\"a\", response=\"{0}\"", "Authorization: <secret>")]
    [InlineData("{{\"Authorization\": \"Bearer {0}\", \"Accept\": \"*/*\"}}", "{{\"Authorization\": \"<secret>\", \"Accept\": \"*/*\"}}")]
    [InlineData("Proxy-Authorization: Negotiate {0}\nHost: a", "Proxy-Authorization: <secret>\nHost: a")]
    [InlineData("sent 'Bearer {0}' to host", "sent 'Bearer <secret>' to host")]
    [InlineData("GET https://host/v1?key={0}&alt=json failed", "GET https://host/v1?key=<secret>&alt=json failed")]
    [InlineData("https://host/?a=1&api_key={0}", "https://host/?a=1&api_key=<secret>")]
    [InlineData("https://host/?apikey={0}#top", "https://host/?apikey=<secret>")]
    [InlineData("https://host/?access_token={0}&b=2", "https://host/?access_token=<secret>&b=2")]
    [InlineData("https://a.blob.core.windows.net/c?sv=2024&sig={0}%3D&se=2025", "https://a.blob.core.windows.net/c?sv=2024&sig=<secret>&se=2025")]
    [InlineData("https://s3/x?X-Amz-Signature={0}&X-Amz-Date=1", "https://s3/x?X-Amz-Signature=<secret>&X-Amz-Date=1")]
    [InlineData("x-api-key: {0}", "x-api-key: <secret>")]
    [InlineData("Ocp-Apim-Subscription-Key: {0}", "Ocp-Apim-Subscription-Key: <secret>")]
    [InlineData("{{\"user\":\"a\",\"password\":\"{0} with \\\"quotes\\\" in it\",\"b\":1}}", "{{\"user\":\"a\",\"password\":\"<secret>\",\"b\":1}}")]
    [InlineData("{{\\\"password\\\": \\\"{0}\\\", \\\"b\\\": 1}}", "{{\\\"password\\\": \\\"<secret>\\\", \\\"b\\\": 1}}")]
    [InlineData("{{\"client_secret\" : \"{0}\"}}", "{{\"client_secret\" : \"<secret>\"}}")]
    [InlineData("{{\"refreshToken\":\"{0}\"}}", "{{\"refreshToken\":\"<secret>\"}}")]
    [InlineData("Server=db;User Id=sa;Password={0};Encrypt=True", "Server=db;User Id=sa;Password=<secret>;Encrypt=True")]
    [InlineData("Server=db;Uid=sa;Pwd='{0} ;x';Encrypt=True", "Server=db;Uid=sa;Pwd='<secret>';Encrypt=True")]
    [InlineData("AccountName=a;AccountKey={0}==;EndpointSuffix=b", "AccountName=a;AccountKey=<secret>;EndpointSuffix=b")]
    [InlineData("Endpoint=sb://a/;SharedAccessKeyName=n;SharedAccessKey={0}=", "Endpoint=sb://a/;SharedAccessKeyName=n;SharedAccessKey=<secret>")]
    [InlineData("password = {0}", "password = <secret>")]
    [InlineData("PASSWORD: {0}", "PASSWORD: <secret>")]
    [InlineData("MY_API_TOKEN={0} cmd", "MY_API_TOKEN=<secret> cmd")]
    [InlineData("AWS_SECRET_ACCESS_KEY={0}", "AWS_SECRET_ACCESS_KEY=<secret>")]
    [InlineData("https://user:{0}@host:8080/path", "https://user:<secret>@host:8080/path")]
    [InlineData("postgres://user:{0}@host/db", "postgres://user:<secret>@host/db")]
    [InlineData("redis://:{0}@host", "redis://:<secret>@host")]
    public void Redact_SecretBesideItsName_IsReplaced(string text, string expected)
    {
        var redacted = Redactor.Redact(text.Replace("{0}", Canary, StringComparison.Ordinal));
        Assert.DoesNotContain(Canary, redacted, StringComparison.Ordinal);
        Assert.Equal(expected, redacted);
    }

    [Theory]
    [InlineData("sk-", 32)]
    [InlineData("sk-proj-", 32)]
    [InlineData("ghp_", 36)]
    [InlineData("gho_", 36)]
    [InlineData("github_pat_", 60)]
    [InlineData("xoxb-", 24)]
    [InlineData("xoxp-", 24)]
    [InlineData("AKIA", 16)]
    [InlineData("AIza", 35)]
    [InlineData("glpat-", 20)]
    public void Redact_TokenOfKnownShape_IsReplaced(string prefix, int length)
    {
        var token = prefix + string.Concat(Enumerable.Range(0, length).Select(static i => (char)('A' + i % 26)));
        Assert.Equal("Incorrect value provided: <secret>. See the manual.", Redactor.Redact($"Incorrect value provided: {token}. See the manual."));
        Assert.Equal("(<secret>)", Redactor.Redact($"({token})"));
    }

    [Fact]
    public void Redact_JsonWebToken_IsReplaced() =>
        Assert.Equal("got <secret>, expired", Redactor.Redact("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U, expired"));

    [Theory]
    [InlineData("PRIVATE KEY")]
    [InlineData("RSA PRIVATE KEY")]
    [InlineData("OPENSSH PRIVATE KEY")]
    public void Redact_PrivateKeyBlock_IsReplaced(string kind)
    {
        Assert.Equal("before\n<secret>\nafter", Redactor.Redact($"before\n-----BEGIN {kind}-----\nMIIEvQ\nIBADAN+/=\n-----END {kind}-----\nafter"));
        Assert.Equal("cut off <secret>", Redactor.Redact($"cut off -----BEGIN {kind}-----\nMIIEvQ\nIBADAN"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("keyboard=qwerty")]
    [InlineData("monkey=banana turkey: fowl")]
    [InlineData("the tokenizer=bpe failed")]
    [InlineData("the key is missing")]
    [InlineData("no password given")]
    [InlineData("The term 'Get-Secret' is not recognized as a name of a cmdlet")]
    [InlineData("secretary=Ann; design=1; signal: 5; passenger=2; bypass=on; assigned=x")]
    [InlineData("max_tokens=4096, tokens: 12")]
    [InlineData("https://host:8080/path?a=b@c")]
    [InlineData("https://host/a:b@c")]
    [InlineData("mail to user@host, 10:30@noon")]
    [InlineData("task-force risk-averse-and-more-than-that")]
    [InlineData("Basic authentication is not allowed; bearer token needed")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----")]
    [InlineData("at System.Collections.Generic.Dictionary`2.get_Item(TKey key)")]
    [InlineData("C:\\key\\file.txt: not found")]
    [InlineData("0f8fad5b-d9cb-469f-a165-70867728950e sha256:9f86d081884c7d659a2feaa0c55ad015")]
    public void Redact_NoSecret_IsTheSameText(string text) => Assert.Equal(text, Redactor.Redact(text));

    [Fact]
    public void Redact_Twice_ChangesNothingMore()
    {
        var once = Redactor.Redact($"Authorization: Bearer {Canary} \"password\":\"{Canary}\" key={Canary} https://a:{Canary}@b/");
        Assert.Equal(once, Redactor.Redact(once));
    }

    [Theory]
    [InlineData("key")]
    [InlineData("a_")]
    [InlineData("token ")]
    [InlineData("a.b-c_")]
    [InlineData("http://a")]
    [InlineData("-----BEGIN A PRIVATE KEY-----")]
    [InlineData("authorization")]
    [InlineData("password=\"")]
    public void Redact_LongHostileText_TakesTimeInProportion(string part)
    {
        // Minutes where the time grows with the square of the length.
        var text = string.Concat(Enumerable.Repeat(part, 2_000_000 / part.Length));
        var clock = Stopwatch.StartNew();
        Redactor.Redact(text);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"It took {clock.Elapsed}.");
    }
}
