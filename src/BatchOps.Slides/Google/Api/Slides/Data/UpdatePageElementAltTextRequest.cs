using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Sets what an element is called for those who can't see it.</summary>
internal class UpdatePageElementAltTextRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("title")]
    public virtual string? Title { get; set; }

    [JsonProperty("description")]
    public virtual string? Description { get; set; }
}
