using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>How a shape looks, and where it leads.</summary>
internal class ShapeProperties
{
    [JsonProperty("link")]
    public virtual Link? Link { get; set; }
}
