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

/// <summary>Replaces a text wherever it stands in shapes and tables.</summary>
internal class ReplaceAllTextRequest
{
    [JsonProperty("containsText")]
    public virtual SubstringMatchCriteria? ContainsText { get; set; }

    [JsonProperty("replaceText")]
    public virtual string? ReplaceText { get; set; }

    [JsonProperty("pageObjectIds")]
    public virtual IList<string>? PageObjectIds { get; set; }
}

/// <summary>Puts a picture in the place of every shape with a text.</summary>
internal class ReplaceAllShapesWithImageRequest
{
    [JsonProperty("containsText")]
    public virtual SubstringMatchCriteria? ContainsText { get; set; }

    [JsonProperty("imageUrl")]
    public virtual string? ImageUrl { get; set; }

    [JsonProperty("imageReplaceMethod")]
    public virtual string? ImageReplaceMethod { get; set; }

    [JsonProperty("pageObjectIds")]
    public virtual IList<string>? PageObjectIds { get; set; }
}

/// <summary>Puts another picture in the place of one.</summary>
internal class ReplaceImageRequest
{
    [JsonProperty("imageObjectId")]
    public virtual string? ImageObjectId { get; set; }

    [JsonProperty("url")]
    public virtual string? Url { get; set; }

    [JsonProperty("imageReplaceMethod")]
    public virtual string? ImageReplaceMethod { get; set; }
}

/// <summary>Adds a picture.</summary>
internal class CreateImageRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("url")]
    public virtual string? Url { get; set; }

    [JsonProperty("elementProperties")]
    public virtual PageElementProperties? ElementProperties { get; set; }
}

/// <summary>Adds a shape.</summary>
internal class CreateShapeRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("shapeType")]
    public virtual string? ShapeType { get; set; }

    [JsonProperty("elementProperties")]
    public virtual PageElementProperties? ElementProperties { get; set; }
}

/// <summary>Adds a slide.</summary>
internal class CreateSlideRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("insertionIndex")]
    public virtual int? InsertionIndex { get; set; }
}

/// <summary>Where a new element stands.</summary>
internal class PageElementProperties
{
    [JsonProperty("pageObjectId")]
    public virtual string? PageObjectId { get; set; }

    [JsonProperty("size")]
    public virtual Size? Size { get; set; }

    [JsonProperty("transform")]
    public virtual AffineTransform? Transform { get; set; }
}

/// <summary>Inserts text into a shape or cell.</summary>
internal class InsertTextRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("cellLocation")]
    public virtual TableCellLocation? CellLocation { get; set; }

    [JsonProperty("insertionIndex")]
    public virtual int? InsertionIndex { get; set; }

    [JsonProperty("text")]
    public virtual string? Text { get; set; }
}

/// <summary>Deletes text of a shape or cell.</summary>
internal class DeleteTextRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("cellLocation")]
    public virtual TableCellLocation? CellLocation { get; set; }

    [JsonProperty("textRange")]
    public virtual Range? TextRange { get; set; }
}

/// <summary>A part of a text; indexes count UTF-16 units.</summary>
internal class Range
{
    [JsonProperty("type")]
    public virtual string? Type { get; set; }

    [JsonProperty("startIndex")]
    public virtual int? StartIndex { get; set; }

    [JsonProperty("endIndex")]
    public virtual int? EndIndex { get; set; }
}

/// <summary>Deletes a page or an element.</summary>
internal class DeleteObjectRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }
}

/// <summary>Copies a slide or an element.</summary>
internal class DuplicateObjectRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("objectIds")]
    public virtual IDictionary<string, string>? ObjectIds { get; set; }
}

/// <summary>Sets what an element is called for those who can't see it.</summary>
internal class UpdatePageElementAltTextRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("title")]
    public virtual string? Title { get; set; }

    [JsonProperty("description")]
    public virtual string? Description { get; set; }
}

/// <summary>Moves slides.</summary>
internal class UpdateSlidesPositionRequest
{
    [JsonProperty("slideObjectIds")]
    public virtual IList<string>? SlideObjectIds { get; set; }

    [JsonProperty("insertionIndex")]
    public virtual int? InsertionIndex { get; set; }
}
