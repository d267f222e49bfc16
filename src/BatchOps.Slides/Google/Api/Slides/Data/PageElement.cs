using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Something that stands on a page; exactly one of its kinds is set.</summary>
internal class PageElement
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("title")]
    public virtual string? Title { get; set; }

    [JsonProperty("description")]
    public virtual string? Description { get; set; }

    [JsonProperty("size")]
    public virtual Size? Size { get; set; }

    [JsonProperty("transform")]
    public virtual AffineTransform? Transform { get; set; }

    [JsonProperty("elementGroup")]
    public virtual Group? ElementGroup { get; set; }

    [JsonProperty("image")]
    public virtual Image? Image { get; set; }

    [JsonProperty("line")]
    public virtual Line? Line { get; set; }

    [JsonProperty("shape")]
    public virtual Shape? Shape { get; set; }

    [JsonProperty("table")]
    public virtual Table? Table { get; set; }

    [JsonProperty("wordArt")]
    public virtual WordArt? WordArt { get; set; }
}
