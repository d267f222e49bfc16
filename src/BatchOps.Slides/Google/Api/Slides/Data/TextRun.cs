using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Text of one style.</summary>
internal class TextRun
{
    [JsonProperty("content")]
    public virtual string? Content { get; set; }

    [JsonProperty("style")]
    public virtual TextStyle? Style { get; set; }
}
