using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Text drawn as an outline; it can be read but not replaced.</summary>
internal class WordArt
{
    [JsonProperty("renderedText")]
    public virtual string? RenderedText { get; set; }
}
