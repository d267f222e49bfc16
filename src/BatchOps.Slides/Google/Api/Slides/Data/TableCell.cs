using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>A cell of a table.</summary>
internal class TableCell
{
    [JsonProperty("location")]
    public virtual TableCellLocation? Location { get; set; }

    [JsonProperty("rowSpan")]
    public virtual int? RowSpan { get; set; }

    [JsonProperty("columnSpan")]
    public virtual int? ColumnSpan { get; set; }

    [JsonProperty("text")]
    public virtual TextContent? Text { get; set; }
}
