using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Where a new element stands.</summary>
internal class PageElementProperties
{
    [JsonProperty("pageObjectId")]
    public virtual string? PageObjectId { get; set; }

    [JsonProperty("size")]
    public virtual Size? Size { get; set; }

    [JsonProperty("transform")]
    public virtual AffineTransform? Transform { get; set; }
}
