using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Puts another picture in the place of one.</summary>
internal class ReplaceImageRequest
{
    [JsonProperty("imageObjectId")]
    public virtual string? ImageObjectId { get; set; }

    [JsonProperty("url")]
    public virtual string? Url { get; set; }

    [JsonProperty("imageReplaceMethod")]
    public virtual string? ImageReplaceMethod { get; set; }
}
