using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>The revision that a write needs or has made.</summary>
internal class WriteControl
{
    [JsonProperty("requiredRevisionId")]
    public virtual string? RequiredRevisionId { get; set; }
}
