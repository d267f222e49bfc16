using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>The place of a layout or master that an element inherits from.</summary>
internal class Placeholder
{
    [JsonProperty("type")]
    public virtual string? Type { get; set; }

    [JsonProperty("index")]
    public virtual int? Index { get; set; }

    [JsonProperty("parentObjectId")]
    public virtual string? ParentObjectId { get; set; }
}
