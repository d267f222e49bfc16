using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>How often the text was replaced; null for never.</summary>
internal class ReplaceAllTextResponse
{
    [JsonProperty("occurrencesChanged")]
    public virtual int? OccurrencesChanged { get; set; }
}
