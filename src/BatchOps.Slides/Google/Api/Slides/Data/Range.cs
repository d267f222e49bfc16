using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>A part of a text; indexes count UTF-16 units.</summary>
internal class Range
{
    [JsonProperty("type")]
    public virtual string? Type { get; set; }

    [JsonProperty("startIndex")]
    public virtual int? StartIndex { get; set; }

    [JsonProperty("endIndex")]
    public virtual int? EndIndex { get; set; }
}
