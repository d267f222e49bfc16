using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Moves slides.</summary>
internal class UpdateSlidesPositionRequest
{
    [JsonProperty("slideObjectIds")]
    public virtual IList<string>? SlideObjectIds { get; set; }

    [JsonProperty("insertionIndex")]
    public virtual int? InsertionIndex { get; set; }
}
