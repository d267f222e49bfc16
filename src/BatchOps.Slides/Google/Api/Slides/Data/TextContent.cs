using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>The text of a shape or cell, cut at changes of style.</summary>
internal class TextContent
{
    [JsonProperty("textElements")]
    public virtual IList<TextElement>? TextElements { get; set; }
}

/// <summary>A paragraph's start, a run or an automatic text; indexes count UTF-16 units.</summary>
internal class TextElement
{
    [JsonProperty("startIndex")]
    public virtual int? StartIndex { get; set; }

    [JsonProperty("endIndex")]
    public virtual int? EndIndex { get; set; }

    [JsonProperty("paragraphMarker")]
    public virtual ParagraphMarker? ParagraphMarker { get; set; }

    [JsonProperty("textRun")]
    public virtual TextRun? TextRun { get; set; }

    [JsonProperty("autoText")]
    public virtual AutoText? AutoText { get; set; }
}

/// <summary>The start of a paragraph.</summary>
internal class ParagraphMarker
{
    [JsonProperty("bullet")]
    public virtual Bullet? Bullet { get; set; }
}

/// <summary>The bullet of a paragraph.</summary>
internal class Bullet
{
    [JsonProperty("glyph")]
    public virtual string? Glyph { get; set; }

    [JsonProperty("listId")]
    public virtual string? ListId { get; set; }

    [JsonProperty("nestingLevel")]
    public virtual int? NestingLevel { get; set; }
}

/// <summary>Text of one style.</summary>
internal class TextRun
{
    [JsonProperty("content")]
    public virtual string? Content { get; set; }
}

/// <summary>Text that the service keeps up to date, such as a slide number.</summary>
internal class AutoText
{
    [JsonProperty("type")]
    public virtual string? Type { get; set; }

    [JsonProperty("content")]
    public virtual string? Content { get; set; }
}
