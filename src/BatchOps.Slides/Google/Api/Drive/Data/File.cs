using Google.Apis.Util;
using Newtonsoft.Json;

namespace Google.Apis.Drive.v3.Data;

/// <summary>A file or folder of a drive.</summary>
internal class File
{
    [JsonProperty("id")]
    public virtual string? Id { get; set; }

    [JsonProperty("name")]
    public virtual string? Name { get; set; }

    [JsonProperty("mimeType")]
    public virtual string? MimeType { get; set; }

    [JsonProperty("parents")]
    public virtual IList<string>? Parents { get; set; }

    [JsonProperty("driveId")]
    public virtual string? DriveId { get; set; }

    [JsonProperty("appProperties")]
    public virtual IDictionary<string, string>? AppProperties { get; set; }

    [JsonProperty("createdTime")]
    public virtual string? CreatedTimeRaw { get; set; }

    [JsonIgnore]
    public virtual DateTimeOffset? CreatedTimeDateTimeOffset
    {
        get => DiscoveryFormat.ParseGoogleDateTimeToDateTimeOffset(CreatedTimeRaw);
        set => CreatedTimeRaw = DiscoveryFormat.FormatDateTimeOffsetToGoogleDateTime(value);
    }

    [JsonProperty("size")]
    public virtual long? Size { get; set; }

    [JsonProperty("trashed")]
    public virtual bool? Trashed { get; set; }

    [JsonProperty("webContentLink")]
    public virtual string? WebContentLink { get; set; }

    [JsonProperty("webViewLink")]
    public virtual string? WebViewLink { get; set; }
}
