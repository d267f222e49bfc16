using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>What only a notes page has.</summary>
internal class NotesProperties
{
    [JsonProperty("speakerNotesObjectId")]
    public virtual string? SpeakerNotesObjectId { get; set; }
}
