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
