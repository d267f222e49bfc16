using Google.Apis.Services;

namespace Google.Apis.Slides.v1;

/// <summary>Google Slides, version 1: the part that decks need.</summary>
internal class SlidesService : BaseClientService
{
    public SlidesService(Initializer initializer)
        : base(initializer)
    {
        Presentations = new PresentationsResource(this);
        BaseUri = GetEffectiveUri(BaseUriOverride, "https://slides.googleapis.com/");
    }

    public override string Name => "slides";

    public override string BaseUri { get; }

    public override string BasePath => "";

    public override IList<string> Features => [];

    public virtual PresentationsResource Presentations { get; }
}
