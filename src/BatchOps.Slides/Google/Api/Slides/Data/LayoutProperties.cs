using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

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
