using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Changes that are applied in order, all or none.</summary>
internal class BatchUpdatePresentationRequest
{
    [JsonProperty("requests")]
    public virtual IList<Request>? Requests { get; set; }

    [JsonProperty("writeControl")]
    public virtual WriteControl? WriteControl { get; set; }
}
