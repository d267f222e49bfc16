using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Adds a shape.</summary>
internal class CreateShapeRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("shapeType")]
    public virtual string? ShapeType { get; set; }

    [JsonProperty("elementProperties")]
    public virtual PageElementProperties? ElementProperties { get; set; }
}
