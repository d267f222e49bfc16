using Newtonsoft.Json;

namespace Google.Apis.Drive.v3.Data;

/// <summary>Who may do what with a file.</summary>
internal class Permission
{
    [JsonProperty("id")]
    public virtual string? Id { get; set; }

    [JsonProperty("type")]
    public virtual string? Type { get; set; }

    [JsonProperty("role")]
    public virtual string? Role { get; set; }

    [JsonProperty("emailAddress")]
    public virtual string? EmailAddress { get; set; }

    [JsonProperty("allowFileDiscovery")]
    public virtual bool? AllowFileDiscovery { get; set; }
}
