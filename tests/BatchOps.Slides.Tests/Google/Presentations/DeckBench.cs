using System.Net;
using BatchOps.Emulators.Google;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google.Presentations;

/// <summary>Fills presentations of an emulator, and makes attempts until they succeed, as a run does.</summary>
internal sealed class DeckBench : IAsyncDisposable
{
    public const string TemplateId = "template";

    private readonly GoogleConnection _connection;
    private readonly GoogleRun _run;
    private bool _isBorrowed;
    private int _stamps;

    private DeckBench(GoogleEmulator emulator, GoogleTargetOptions? options, TimeSpan timeout, string token, TimeProvider? time, Func<string, string?>? refusal)
    {
        Emulator = emulator;
        Proxy = refusal is null ? null : new RefusingProxy(emulator.BaseAddress, refusal);
        _connection = new GoogleConnection(
            GoogleCredentials.FromAccessToken(new NetworkCredential("", token).SecurePassword),
            new GoogleConnectionOptions { Endpoint = Proxy?.Address ?? emulator.BaseAddress, Timeout = timeout });
        _run = new GoogleRun(_connection, Guid.NewGuid(), options, new ImageUploadOptions { Folder = Folder.Name, MarkerFolder = Folder.File("markers") }, time);
    }

    public GoogleEmulator Emulator { get; }

    public RefusingProxy? Proxy { get; }

    public GoogleTarget Target => _run.Target;

    public TempFolder Folder { get; } = new();

    /// <summary>Attempts that the last deck took.</summary>
    public int Attempts { get; private set; }

    public GoogleStats Stats => Emulator.Stats;

    public long Writes => Stats.Of("slides.presentations.batchUpdate").Calls;

    public long Reads => Stats.Of("slides.presentations.get").Calls;

    public long Copies => Stats.Of("drive.files.copy").Calls;

    public static async Task<DeckBench> StartAsync(GoogleEmulatorOptions? options = null, GoogleTargetOptions? target = null, TimeSpan? timeout = null, string token = "token", TimeProvider? time = null, Func<string, string?>? refusal = null) =>
        new(await GoogleEmulator.StartAsync(options, TestContext.Current.CancellationToken), target, timeout ?? TimeSpan.FromSeconds(30), token, time, refusal);

    /// <summary>A bench with a template.</summary>
    public static async Task<DeckBench> WithAsync(Action<StoredPresentation> build, GoogleTargetOptions? target = null, GoogleEmulatorOptions? options = null, TimeSpan? timeout = null, TimeProvider? time = null, Func<string, string?>? refusal = null)
    {
        var bench = await StartAsync(options, target, timeout, time: time, refusal: refusal);
        bench.Emulator.Store.AddPresentation(TemplateId, "Template", build);
        return bench;
    }

    /// <summary>A run that comes after this one: it knows nothing of it.</summary>
    public DeckBench Again() => new(Emulator, null, TimeSpan.FromSeconds(30), "token", null, null) { _isBorrowed = true };

    public string Picture(string name, byte shade = 128) => Folder.Write(name, Pictures.Png(8, 4, shade));

    public GoogleDeck Copy(object record, DeckPlannerOptions? options = null, string name = "Deck") =>
        GoogleDeck.Copy(Bench.Plan(record, options), TemplateId, name, $"stamp-{Interlocked.Increment(ref _stamps)}");

    public static GoogleDeck InPlace(object record, DeckPlannerOptions? options = null) => GoogleDeck.InPlace(Bench.Plan(record, options), TemplateId);

    public Task<DeckResult> FillAsync(object record, DeckPlannerOptions? options = null) => FillAsync(Copy(record, options));

    public async Task<DeckResult> FillAsync(GoogleDeck deck, IProgress<DeckPhase>? progress = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            Attempts = attempt;
            try
            {
                return await Target.FillAsync(deck, Calls(), progress);
            }
            catch (Exception failure) when (failure is HttpRequestException or TimeoutException && attempt < 6)
            {
                // The next attempt goes on where this one ended.
            }
        }
    }

    public DeckCalls Calls() => new(null, TestContext.Current.CancellationToken);

    public StoredPresentation Deck(DeckResult result) => Emulator.Store.Presentation(result.PresentationId!);

    public async ValueTask DisposeAsync()
    {
        await _run.DisposeAsync();
        _connection.Dispose();
        if (Proxy is not null)
        {
            await Proxy.DisposeAsync();
        }

        if (!_isBorrowed)
        {
            await Emulator.DisposeAsync();
        }

        Folder.Dispose();
    }
}
