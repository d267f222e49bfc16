using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>The place of a cell, from 0; a zero may be left out.</summary>
internal class TableCellLocation
{
    [JsonProperty("rowIndex")]
    public virtual int? RowIndex { get; set; }

    [JsonProperty("columnIndex")]
    public virtual int? ColumnIndex { get; set; }
}
