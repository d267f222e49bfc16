using Newtonsoft.Json;

namespace Google.Apis.Drive.v3.Data;

/// <summary>A page of found files.</summary>
internal class FileList
{
    [JsonProperty("files")]
    public virtual IList<File>? Files { get; set; }

    [JsonProperty("nextPageToken")]
    public virtual string? NextPageToken { get; set; }

    [JsonProperty("incompleteSearch")]
    public virtual bool? IncompleteSearch { get; set; }
}
