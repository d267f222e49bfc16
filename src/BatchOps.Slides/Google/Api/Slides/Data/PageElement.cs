using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Something that stands on a page; exactly one of its kinds is set.</summary>
internal class PageElement
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("title")]
    public virtual string? Title { get; set; }

    [JsonProperty("description")]
    public virtual string? Description { get; set; }

    [JsonProperty("size")]
    public virtual Size? Size { get; set; }

    [JsonProperty("transform")]
    public virtual AffineTransform? Transform { get; set; }

    [JsonProperty("elementGroup")]
    public virtual Group? ElementGroup { get; set; }

    [JsonProperty("image")]
    public virtual Image? Image { get; set; }

    [JsonProperty("line")]
    public virtual Line? Line { get; set; }

    [JsonProperty("shape")]
    public virtual Shape? Shape { get; set; }

    [JsonProperty("table")]
    public virtual Table? Table { get; set; }

    [JsonProperty("wordArt")]
    public virtual WordArt? WordArt { get; set; }
}

/// <summary>Elements joined to one; groups nest.</summary>
internal class Group
{
    [JsonProperty("children")]
    public virtual IList<PageElement>? Children { get; set; }
}

/// <summary>A picture.</summary>
internal class Image
{
    [JsonProperty("contentUrl")]
    public virtual string? ContentUrl { get; set; }

    [JsonProperty("sourceUrl")]
    public virtual string? SourceUrl { get; set; }

    [JsonProperty("placeholder")]
    public virtual Placeholder? Placeholder { get; set; }
}

/// <summary>A line, curve or connector.</summary>
internal class Line
{
    [JsonProperty("lineCategory")]
    public virtual string? LineCategory { get; set; }

    [JsonProperty("lineType")]
    public virtual string? LineType { get; set; }
}

/// <summary>Text drawn as an outline; it can be read but not replaced.</summary>
internal class WordArt
{
    [JsonProperty("renderedText")]
    public virtual string? RenderedText { get; set; }
}

/// <summary>A shape and its text.</summary>
internal class Shape
{
    [JsonProperty("shapeType")]
    public virtual string? ShapeType { get; set; }

    [JsonProperty("placeholder")]
    public virtual Placeholder? Placeholder { get; set; }

    [JsonProperty("text")]
    public virtual TextContent? Text { get; set; }
}

/// <summary>The place of a layout or master that an element inherits from.</summary>
internal class Placeholder
{
    [JsonProperty("type")]
    public virtual string? Type { get; set; }

    [JsonProperty("index")]
    public virtual int? Index { get; set; }

    [JsonProperty("parentObjectId")]
    public virtual string? ParentObjectId { get; set; }
}
