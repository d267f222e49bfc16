using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>One change of a batch; exactly one of its kinds is set.</summary>
internal class Request
{
    [JsonProperty("createImage")]
    public virtual CreateImageRequest? CreateImage { get; set; }

    [JsonProperty("createShape")]
    public virtual CreateShapeRequest? CreateShape { get; set; }

    [JsonProperty("createSlide")]
    public virtual CreateSlideRequest? CreateSlide { get; set; }

    [JsonProperty("deleteObject")]
    public virtual DeleteObjectRequest? DeleteObject { get; set; }

    [JsonProperty("deleteText")]
    public virtual DeleteTextRequest? DeleteText { get; set; }

    [JsonProperty("duplicateObject")]
    public virtual DuplicateObjectRequest? DuplicateObject { get; set; }

    [JsonProperty("insertText")]
    public virtual InsertTextRequest? InsertText { get; set; }

    [JsonProperty("replaceAllShapesWithImage")]
    public virtual ReplaceAllShapesWithImageRequest? ReplaceAllShapesWithImage { get; set; }

    [JsonProperty("replaceAllText")]
    public virtual ReplaceAllTextRequest? ReplaceAllText { get; set; }

    [JsonProperty("replaceImage")]
    public virtual ReplaceImageRequest? ReplaceImage { get; set; }

    [JsonProperty("updatePageElementAltText")]
    public virtual UpdatePageElementAltTextRequest? UpdatePageElementAltText { get; set; }

    [JsonProperty("updateSlidesPosition")]
    public virtual UpdateSlidesPositionRequest? UpdateSlidesPosition { get; set; }
}
