using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Inserts text into a shape or cell.</summary>
internal class InsertTextRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("cellLocation")]
    public virtual TableCellLocation? CellLocation { get; set; }

    [JsonProperty("insertionIndex")]
    public virtual int? InsertionIndex { get; set; }

    [JsonProperty("text")]
    public virtual string? Text { get; set; }
}
