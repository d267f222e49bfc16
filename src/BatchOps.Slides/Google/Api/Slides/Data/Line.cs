using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>A line, curve or connector.</summary>
internal class Line
{
    [JsonProperty("lineCategory")]
    public virtual string? LineCategory { get; set; }

    [JsonProperty("lineType")]
    public virtual string? LineType { get; set; }
}
