using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>The start of a paragraph.</summary>
internal class ParagraphMarker
{
    [JsonProperty("bullet")]
    public virtual Bullet? Bullet { get; set; }
}
