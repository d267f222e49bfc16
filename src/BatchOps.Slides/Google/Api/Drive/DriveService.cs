using Google.Apis.Services;

namespace Google.Apis.Drive.v3;

/// <summary>Google Drive, version 3: the part that decks need.</summary>
internal class DriveService : BaseClientService
{
    public DriveService(Initializer initializer)
        : base(initializer)
    {
        Files = new FilesResource(this);
        Permissions = new PermissionsResource(this);
        BaseUri = GetEffectiveUri(BaseUriOverride, "https://www.googleapis.com/drive/v3/");
    }

    public override string Name => "drive";

    public override string BaseUri { get; }

    public override string BasePath => "drive/v3/";

    public override IList<string> Features => [];

    public virtual FilesResource Files { get; }

    public virtual PermissionsResource Permissions { get; }
}
