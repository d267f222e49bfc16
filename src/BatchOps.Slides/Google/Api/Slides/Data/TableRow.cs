using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>A row of a table.</summary>
internal class TableRow
{
    [JsonProperty("tableCells")]
    public virtual IList<TableCell>? TableCells { get; set; }
}
