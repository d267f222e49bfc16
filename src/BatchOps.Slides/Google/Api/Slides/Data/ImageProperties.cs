using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>How a picture looks, and where it leads.</summary>
internal class ImageProperties
{
    [JsonProperty("link")]
    public virtual Link? Link { get; set; }
}
