using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Replaces a text wherever it stands in shapes and tables.</summary>
internal class ReplaceAllTextRequest
{
    [JsonProperty("containsText")]
    public virtual SubstringMatchCriteria? ContainsText { get; set; }

    [JsonProperty("replaceText")]
    public virtual string? ReplaceText { get; set; }

    [JsonProperty("pageObjectIds")]
    public virtual IList<string>? PageObjectIds { get; set; }
}
