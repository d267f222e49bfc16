using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>The text of a shape or cell, cut at changes of style.</summary>
internal class TextContent
{
    [JsonProperty("textElements")]
    public virtual IList<TextElement>? TextElements { get; set; }
}
