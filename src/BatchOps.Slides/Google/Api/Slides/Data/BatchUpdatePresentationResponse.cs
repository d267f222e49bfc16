using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>What came of the changes, one reply each.</summary>
internal class BatchUpdatePresentationResponse
{
    [JsonProperty("presentationId")]
    public virtual string? PresentationId { get; set; }

    [JsonProperty("replies")]
    public virtual IList<Response>? Replies { get; set; }

    [JsonProperty("writeControl")]
    public virtual WriteControl? WriteControl { get; set; }
}
