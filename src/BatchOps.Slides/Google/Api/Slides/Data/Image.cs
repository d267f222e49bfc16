using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>A picture.</summary>
internal class Image
{
    [JsonProperty("contentUrl")]
    public virtual string? ContentUrl { get; set; }

    [JsonProperty("sourceUrl")]
    public virtual string? SourceUrl { get; set; }

    [JsonProperty("placeholder")]
    public virtual Placeholder? Placeholder { get; set; }

    [JsonProperty("imageProperties")]
    public virtual ImageProperties? ImageProperties { get; set; }
}
