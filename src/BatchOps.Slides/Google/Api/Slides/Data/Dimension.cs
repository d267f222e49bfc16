using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>A length in its unit.</summary>
internal class Dimension
{
    [JsonProperty("magnitude")]
    public virtual double? Magnitude { get; set; }

    [JsonProperty("unit")]
    public virtual string? Unit { get; set; }
}
