using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>How a run looks, and where it leads.</summary>
internal class TextStyle
{
    [JsonProperty("link")]
    public virtual Link? Link { get; set; }
}
