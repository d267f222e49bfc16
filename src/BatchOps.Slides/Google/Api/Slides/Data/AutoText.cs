using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Text that the service keeps up to date, such as a slide number.</summary>
internal class AutoText
{
    [JsonProperty("type")]
    public virtual string? Type { get; set; }

    [JsonProperty("content")]
    public virtual string? Content { get; set; }
}
