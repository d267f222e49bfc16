using System.Net;
using System.Security;
using BatchOps.Emulators.Google;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google;

/// <summary>The emulator of Google's services and a connection to it.</summary>
internal sealed class GoogleRig : IAsyncDisposable
{
    public const string Token = "ya29.a-token-that-must-not-be-seen";

    private readonly TempFolder _folder = new();

    private GoogleRig(GoogleEmulator emulator, GoogleConnection connection)
    {
        Emulator = emulator;
        Connection = connection;
        Calls = new GoogleCalls(connection);
        Files = new DriveFiles(Calls);
    }

    public GoogleEmulator Emulator { get; }

    public GoogleConnection Connection { get; }

    public GoogleCalls Calls { get; }

    public DriveFiles Files { get; }

    public GoogleStats Stats => Emulator.Stats;

    /// <summary>Where this test's runs tell each other that they are alive.</summary>
    public string Markers => _folder.File("markers");

    /// <summary>Calls on nobody's behalf.</summary>
    public static DeckCalls Deck(CancellationToken cancellationToken = default) => new(null, cancellationToken);

    public static async Task<GoogleRig> StartAsync(GoogleEmulatorOptions? options = null, GoogleConnectionOptions? connection = null)
    {
        var emulator = await GoogleEmulator.StartAsync(options);
        return new GoogleRig(emulator, Connect(emulator.BaseAddress, connection));
    }

    public static GoogleConnection Connect(Uri endpoint, GoogleConnectionOptions? options = null) =>
        new(GoogleCredentials.FromAccessToken(Secret(Token)), (options ?? new GoogleConnectionOptions()) with { Endpoint = endpoint });

    public static SecureString Secret(string text) => new NetworkCredential("", text).SecurePassword;

    public ImageUploads Uploads(Guid? run = null, ImageUploadOptions? options = null) =>
        new(Calls, run ?? Guid.NewGuid(), (options ?? new ImageUploadOptions()) with { MarkerFolder = Markers });

    public string Image(string name, byte shade) => _folder.Write(name, Pictures.Png(4, 4, shade));

    public string Write(string name, byte[] content) => _folder.Write(name, content);

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await Emulator.DisposeAsync();
        _folder.Dispose();
    }
}
