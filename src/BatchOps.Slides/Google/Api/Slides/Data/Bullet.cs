using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>The bullet of a paragraph.</summary>
internal class Bullet
{
    [JsonProperty("glyph")]
    public virtual string? Glyph { get; set; }

    [JsonProperty("listId")]
    public virtual string? ListId { get; set; }

    [JsonProperty("nestingLevel")]
    public virtual int? NestingLevel { get; set; }
}
