using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>A presentation.</summary>
internal class Presentation
{
    [JsonProperty("presentationId")]
    public virtual string? PresentationId { get; set; }

    [JsonProperty("title")]
    public virtual string? Title { get; set; }

    [JsonProperty("locale")]
    public virtual string? Locale { get; set; }

    [JsonProperty("revisionId")]
    public virtual string? RevisionId { get; set; }

    [JsonProperty("pageSize")]
    public virtual Size? PageSize { get; set; }

    [JsonProperty("slides")]
    public virtual IList<Page>? Slides { get; set; }

    [JsonProperty("masters")]
    public virtual IList<Page>? Masters { get; set; }

    [JsonProperty("layouts")]
    public virtual IList<Page>? Layouts { get; set; }

    [JsonProperty("notesMaster")]
    public virtual Page? NotesMaster { get; set; }
}
