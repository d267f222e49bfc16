using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>What only a master has.</summary>
internal class MasterProperties
{
    [JsonProperty("displayName")]
    public virtual string? DisplayName { get; set; }
}
