using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>A width and a height.</summary>
internal class Size
{
    [JsonProperty("width")]
    public virtual Dimension? Width { get; set; }

    [JsonProperty("height")]
    public virtual Dimension? Height { get; set; }
}

/// <summary>A length in its unit.</summary>
internal class Dimension
{
    [JsonProperty("magnitude")]
    public virtual double? Magnitude { get; set; }

    [JsonProperty("unit")]
    public virtual string? Unit { get; set; }
}

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
