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

/// <summary>What only a slide has.</summary>
internal class SlideProperties
{
    [JsonProperty("layoutObjectId")]
    public virtual string? LayoutObjectId { get; set; }

    [JsonProperty("masterObjectId")]
    public virtual string? MasterObjectId { get; set; }

    [JsonProperty("notesPage")]
    public virtual Page? NotesPage { get; set; }

    [JsonProperty("isSkipped")]
    public virtual bool? IsSkipped { get; set; }
}

/// <summary>What only a notes page has.</summary>
internal class NotesProperties
{
    [JsonProperty("speakerNotesObjectId")]
    public virtual string? SpeakerNotesObjectId { get; set; }
}

/// <summary>What only a layout has.</summary>
internal class LayoutProperties
{
    [JsonProperty("masterObjectId")]
    public virtual string? MasterObjectId { get; set; }

    [JsonProperty("name")]
    public virtual string? Name { get; set; }

    [JsonProperty("displayName")]
    public virtual string? DisplayName { get; set; }
}

/// <summary>What only a master has.</summary>
internal class MasterProperties
{
    [JsonProperty("displayName")]
    public virtual string? DisplayName { get; set; }
}
