using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>What text to look for.</summary>
internal class SubstringMatchCriteria
{
    [JsonProperty("text")]
    public virtual string? Text { get; set; }

    [JsonProperty("matchCase")]
    public virtual bool? MatchCase { get; set; }

    [JsonProperty("searchByRegex")]
    public virtual bool? SearchByRegex { get; set; }
}
