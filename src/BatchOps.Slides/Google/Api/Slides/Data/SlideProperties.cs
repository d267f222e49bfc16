using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>What only a slide has.</summary>
internal class SlideProperties
{
    [JsonProperty("layoutObjectId")]
    public virtual string? LayoutObjectId { get; set; }

    [JsonProperty("masterObjectId")]
    public virtual string? MasterObjectId { get; set; }

    [JsonProperty("notesPage")]
    public virtual Page? NotesPage { get; set; }

    [JsonProperty("isSkipped")]
    public virtual bool? IsSkipped { get; set; }
}
