using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Where and how an element stands on its page or in its group.</summary>
internal class AffineTransform
{
    [JsonProperty("scaleX")]
    public virtual double? ScaleX { get; set; }

    [JsonProperty("scaleY")]
    public virtual double? ScaleY { get; set; }

    [JsonProperty("shearX")]
    public virtual double? ShearX { get; set; }

    [JsonProperty("shearY")]
    public virtual double? ShearY { get; set; }

    [JsonProperty("translateX")]
    public virtual double? TranslateX { get; set; }

    [JsonProperty("translateY")]
    public virtual double? TranslateY { get; set; }

    [JsonProperty("unit")]
    public virtual string? Unit { get; set; }
}
