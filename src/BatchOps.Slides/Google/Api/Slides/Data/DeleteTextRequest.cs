using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Deletes text of a shape or cell.</summary>
internal class DeleteTextRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("cellLocation")]
    public virtual TableCellLocation? CellLocation { get; set; }

    [JsonProperty("textRange")]
    public virtual Range? TextRange { get; set; }
}
