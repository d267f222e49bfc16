using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>A table.</summary>
internal class Table
{
    [JsonProperty("rows")]
    public virtual int? Rows { get; set; }

    [JsonProperty("columns")]
    public virtual int? Columns { get; set; }

    [JsonProperty("tableRows")]
    public virtual IList<TableRow>? TableRows { get; set; }
}

/// <summary>A row of a table.</summary>
internal class TableRow
{
    [JsonProperty("tableCells")]
    public virtual IList<TableCell>? TableCells { get; set; }
}

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

/// <summary>The place of a cell, from 0; a zero may be left out.</summary>
internal class TableCellLocation
{
    [JsonProperty("rowIndex")]
    public virtual int? RowIndex { get; set; }

    [JsonProperty("columnIndex")]
    public virtual int? ColumnIndex { get; set; }
}
