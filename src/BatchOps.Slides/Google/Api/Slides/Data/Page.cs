using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>A slide, master, layout, notes page or notes master.</summary>
internal class Page
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("pageType")]
    public virtual string? PageType { get; set; }

    [JsonProperty("revisionId")]
    public virtual string? RevisionId { get; set; }

    [JsonProperty("pageElements")]
    public virtual IList<PageElement>? PageElements { get; set; }

    [JsonProperty("slideProperties")]
    public virtual SlideProperties? SlideProperties { get; set; }

    [JsonProperty("layoutProperties")]
    public virtual LayoutProperties? LayoutProperties { get; set; }

    [JsonProperty("masterProperties")]
    public virtual MasterProperties? MasterProperties { get; set; }

    [JsonProperty("notesProperties")]
    public virtual NotesProperties? NotesProperties { get; set; }
}
