using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Deletes a page or an element.</summary>
internal class DeleteObjectRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }
}
