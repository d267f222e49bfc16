using System.Net;
using System.Security;
using BatchOps.Emulators.Chat;
using BatchOps.Pdf.Bills;

namespace BatchOps.Pdf.Tests.Bills;

/// <summary>The emulator of a chat service, and a client of its model that reads bills.</summary>
internal sealed class BillRig : IAsyncDisposable
{
    public const string Key = "the-key-that-must-not-be-seen";

    private BillRig(ChatEmulator emulator, BillModelClient client)
    {
        Emulator = emulator;
        Client = client;
    }

    public ChatEmulator Emulator { get; }

    public BillModelClient Client { get; }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<BillRig> StartAsync(ChatEmulatorOptions? emulator = null, Func<BillModelOptions, BillModelOptions>? change = null, TimeProvider? time = null)
    {
        emulator ??= new ChatEmulatorOptions();
        emulator.ApiKey ??= Key;
        var server = await ChatEmulator.StartAsync(emulator, Token);
        var isGemini = emulator.Dialect == ChatDialect.Gemini;
        var options = Options(new Uri(server.BaseAddress, isGemini ? "v1beta/openai/" : "v1")) with { Dialect = isGemini ? BillSchemaDialect.Gemini : null };
        return new BillRig(server, new BillModelClient(change is null ? options : change(options), Secret(Key), time));
    }

    public static BillModelOptions Options(Uri endpoint) => new() { Endpoint = endpoint, Model = "bill" };

    public static BillModelClient Connect(Uri endpoint, Func<BillModelOptions, BillModelOptions>? change = null) =>
        new(change is null ? Options(endpoint) : change(Options(endpoint)), Secret(Key));

    public static SecureString Secret(string text) => new NetworkCredential("", text).SecurePassword;

    /// <summary>A page of which the model can make one row and a total.</summary>
    public static BillPageRequest Page(int number = 1) => new(number, default, $"Bill No: 7\nGlue {number} | 2 | 1.50 | 3.00\nTotal | | | 3.00");

    public Task<BillPage> ReadAsync(BillPageRequest? page = null) => Client.ReadAsync(page ?? Page(), lease: null, Token);

    public ValueTask DisposeAsync() => Emulator.DisposeAsync();
}
