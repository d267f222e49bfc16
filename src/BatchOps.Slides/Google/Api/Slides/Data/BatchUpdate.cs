using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Changes that are applied in order, all or none.</summary>
internal class BatchUpdatePresentationRequest
{
    [JsonProperty("requests")]
    public virtual IList<Request>? Requests { get; set; }

    [JsonProperty("writeControl")]
    public virtual WriteControl? WriteControl { get; set; }
}

/// <summary>What came of the changes, one reply each.</summary>
internal class BatchUpdatePresentationResponse
{
    [JsonProperty("presentationId")]
    public virtual string? PresentationId { get; set; }

    [JsonProperty("replies")]
    public virtual IList<Response>? Replies { get; set; }

    [JsonProperty("writeControl")]
    public virtual WriteControl? WriteControl { get; set; }
}

/// <summary>The revision that a write needs or has made.</summary>
internal class WriteControl
{
    [JsonProperty("requiredRevisionId")]
    public virtual string? RequiredRevisionId { get; set; }
}

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

/// <summary>The new picture.</summary>
internal class CreateImageResponse
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }
}

/// <summary>The new shape.</summary>
internal class CreateShapeResponse
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }
}

/// <summary>The new slide.</summary>
internal class CreateSlideResponse
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }
}

/// <summary>The new copy.</summary>
internal class DuplicateObjectResponse
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }
}

/// <summary>How many shapes were replaced; null for none.</summary>
internal class ReplaceAllShapesWithImageResponse
{
    [JsonProperty("occurrencesChanged")]
    public virtual int? OccurrencesChanged { get; set; }
}

/// <summary>How often the text was replaced; null for never.</summary>
internal class ReplaceAllTextResponse
{
    [JsonProperty("occurrencesChanged")]
    public virtual int? OccurrencesChanged { get; set; }
}
