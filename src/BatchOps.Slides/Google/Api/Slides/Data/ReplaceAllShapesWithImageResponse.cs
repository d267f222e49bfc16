using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>How many shapes were replaced; null for none.</summary>
internal class ReplaceAllShapesWithImageResponse
{
    [JsonProperty("occurrencesChanged")]
    public virtual int? OccurrencesChanged { get; set; }
}
