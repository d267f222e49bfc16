using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>A width and a height.</summary>
internal class Size
{
    [JsonProperty("width")]
    public virtual Dimension? Width { get; set; }

    [JsonProperty("height")]
    public virtual Dimension? Height { get; set; }
}
