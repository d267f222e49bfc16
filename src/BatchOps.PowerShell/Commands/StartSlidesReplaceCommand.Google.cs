using System.Management.Automation;
using System.Security;
using BatchOps.Engine;
using BatchOps.PowerShell.Completion;
using BatchOps.PowerShell.Configuration;
using BatchOps.PowerShell.Decks;
using BatchOps.Slides.Google;

namespace BatchOps.PowerShell.Commands;

// Google Slides: which presentations, who asks, and how they are written.
public sealed partial class StartSlidesReplaceCommand
{
    private const string Google = "Google";
    private const string GoogleInPlace = "GoogleInPlace";

    [Parameter(Mandatory = true, ParameterSetName = Google)]
    [ValidateNotNullOrEmpty]
    public string? TemplateId { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = Google)]
    [ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    [Parameter(ParameterSetName = Google)]
    [ValidateNotNullOrEmpty]
    public string? FolderId { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = GoogleInPlace)]
    [ValidateNotNullOrEmpty]
    public string? PresentationId { get; set; }

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    [ValidateNotNullOrEmpty]
    public string? CredentialPath { get; set; }

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    [ValidateNotNullOrEmpty]
    public string? Subject { get; set; }

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    [ValidateNotNull]
    public SecureString? AccessToken { get; set; }

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    [ValidateNotNull]
    public Uri? Endpoint { get; set; }

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    public SlideBatching Batching { get; set; } = SlideBatching.Deck;

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    [ValidateRange(1, 1000)]
    public int MaxConcurrentSlides { get; set; } = 1;

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    [ValidateRange(1, 10_000)]
    public int SlidesBatchSize { get; set; } = 100;

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    [ValidateRange(0.0, 3_600_000.0)]
    public double SlideDelayMilliseconds { get; set; }

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    [ValidateRateLimit]
    [ArgumentCompleter(typeof(RateLimitCompleter))]
    public string WriteLimit { get; set; } = "60/min";

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    [ValidateRateLimit]
    [ArgumentCompleter(typeof(RateLimitCompleter))]
    public string ReadLimit { get; set; } = "600/min";

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    [ValidateRange(1, 1000)]
    public int ConnectionPoolSize { get; set; } = 20;

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    [ValidateRange(0.1, 86_400.0)]
    public double ConnectionTimeoutSeconds { get; set; } = 100;

    [Parameter(ParameterSetName = Google)]
    [Parameter(ParameterSetName = GoogleInPlace)]
    public SwitchParameter KeepUploads { get; set; }

    private GoogleDeckOptions ToGoogleOptions(string folder) => new()
    {
        TemplateId = TemplateId,
        PresentationId = PresentationId,
        Title = Title ?? string.Empty,
        FolderId = FolderId,
        Credentials = ToCredentials(),
        Connection = new GoogleConnectionOptions { Endpoint = Endpoint, PoolSize = ConnectionPoolSize, Timeout = TimeSpan.FromSeconds(ConnectionTimeoutSeconds) },
        Target = new GoogleTargetOptions
        {
            AllowUnresolved = AllowUnresolved,
            Batching = Batching,
            MaxConcurrentSlides = MaxConcurrentSlides,
            SlidesBatchSize = SlidesBatchSize,
            SlideDelay = TimeSpan.FromMilliseconds(SlideDelayMilliseconds),
        },
        Uploads = new ImageUploadOptions { Folder = folder, DriveFolderId = FolderId, KeepUploads = KeepUploads },
        CallRates = new Dictionary<string, RateLimit>(StringComparer.OrdinalIgnoreCase)
        {
            [GoogleLimit.SlidesWrites.Name] = ToCallRate(Engine.RateLimit.Parse(WriteLimit)),
            [GoogleLimit.SlidesReads.Name] = ToCallRate(Engine.RateLimit.Parse(ReadLimit)),
            [GoogleLimit.Drive.Name] = ToCallRate(GoogleLimit.Drive.Rate),
        },
    };

    private RateLimit ToCallRate(RateLimit rate) => rate with { Share = RateLimitShare, Burst = RateBurst };

    private GoogleCredentials ToCredentials()
    {
        if (AccessToken is not null && (CredentialPath ?? Subject) is { } other)
        {
            throw new BatchArgumentException("CredentialConflict", $"-AccessToken and -{(CredentialPath is null ? nameof(Subject) : nameof(CredentialPath))} are both given; a token is someone's already. Leave one of them out.", other);
        }

        return AccessToken is not null ? GoogleCredentials.FromAccessToken(AccessToken)
            : CredentialPath is not null ? GoogleCredentials.FromServiceAccountFile(GetUnresolvedProviderPathFromPSPath(CredentialPath), Subject)
            : GoogleCredentials.FromApplicationDefaultAsync(Subject).GetAwaiter().GetResult();
    }
}
