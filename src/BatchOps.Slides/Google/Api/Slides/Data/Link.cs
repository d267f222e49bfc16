using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Where a text or an element leads.</summary>
internal class Link
{
    [JsonProperty("url")]
    public virtual string? Url { get; set; }
}
