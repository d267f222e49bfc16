using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>What came of one change; empty for many kinds.</summary>
internal class Response
{
    [JsonProperty("createImage")]
    public virtual CreateImageResponse? CreateImage { get; set; }

    [JsonProperty("createShape")]
    public virtual CreateShapeResponse? CreateShape { get; set; }

    [JsonProperty("createSlide")]
    public virtual CreateSlideResponse? CreateSlide { get; set; }

    [JsonProperty("duplicateObject")]
    public virtual DuplicateObjectResponse? DuplicateObject { get; set; }

    [JsonProperty("replaceAllShapesWithImage")]
    public virtual ReplaceAllShapesWithImageResponse? ReplaceAllShapesWithImage { get; set; }

    [JsonProperty("replaceAllText")]
    public virtual ReplaceAllTextResponse? ReplaceAllText { get; set; }
}
