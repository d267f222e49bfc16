using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

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
