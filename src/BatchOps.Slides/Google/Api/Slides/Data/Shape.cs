using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>A shape and its text.</summary>
internal class Shape
{
    [JsonProperty("shapeType")]
    public virtual string? ShapeType { get; set; }

    [JsonProperty("placeholder")]
    public virtual Placeholder? Placeholder { get; set; }

    [JsonProperty("text")]
    public virtual TextContent? Text { get; set; }

    [JsonProperty("shapeProperties")]
    public virtual ShapeProperties? ShapeProperties { get; set; }
}
