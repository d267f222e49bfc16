using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Puts a picture in the place of every shape with a text.</summary>
internal class ReplaceAllShapesWithImageRequest
{
    [JsonProperty("containsText")]
    public virtual SubstringMatchCriteria? ContainsText { get; set; }

    [JsonProperty("imageUrl")]
    public virtual string? ImageUrl { get; set; }

    [JsonProperty("imageReplaceMethod")]
    public virtual string? ImageReplaceMethod { get; set; }

    [JsonProperty("pageObjectIds")]
    public virtual IList<string>? PageObjectIds { get; set; }
}
