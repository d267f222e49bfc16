using System.Xml.Linq;

namespace BatchOps.Slides.Pptx;

/// <summary>A text in a part that holds the beginning of a token.</summary>
/// <param name="Kind">What kind of text it is.</param>
/// <param name="Text">The whole text.</param>
/// <param name="Owner">The element that it belongs to: the paragraph, or the element itself.</param>
/// <param name="Texts">The elements whose text, joined, it is.</param>
/// <param name="Attribute">The attribute, when it is one.</param>
/// <param name="IsWhole">Whether its paragraph holds nothing else.</param>
internal sealed record TextPlace(PlaceKind Kind, string Text, XElement Owner, IReadOnlyList<XElement> Texts, XAttribute? Attribute = null, bool IsWhole = false);
