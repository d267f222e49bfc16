using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Elements joined to one; groups nest.</summary>
internal class Group
{
    [JsonProperty("children")]
    public virtual IList<PageElement>? Children { get; set; }
}
