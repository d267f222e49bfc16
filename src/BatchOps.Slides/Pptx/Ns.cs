using System.Xml.Linq;

namespace BatchOps.Slides.Pptx;

/// <summary>Namespaces and names of the formats that a deck is made of (ECMA-376, transitional).</summary>
internal static class Ns
{
    public static readonly XNamespace A = "http://schemas.openxmlformats.org/drawingml/2006/main";
    public static readonly XNamespace P = "http://schemas.openxmlformats.org/presentationml/2006/main";
    public static readonly XNamespace P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main";
    public static readonly XNamespace R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    public static readonly XNamespace C = "http://schemas.openxmlformats.org/drawingml/2006/chart";
    public static readonly XNamespace X = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    public static readonly XNamespace M = "http://schemas.openxmlformats.org/officeDocument/2006/math";
    public static readonly XNamespace Mc = "http://schemas.openxmlformats.org/markup-compatibility/2006";
    public static readonly XNamespace Package = "http://schemas.openxmlformats.org/package/2006/relationships";
    public static readonly XNamespace ContentTypes = "http://schemas.openxmlformats.org/package/2006/content-types";
    public static readonly XNamespace ExtendedProperties = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties";

    public static readonly XName Paragraph = A + "p";
    public static readonly XName Run = A + "r";
    public static readonly XName RunProperties = A + "rPr";
    public static readonly XName Text = A + "t";
    public static readonly XName Break = A + "br";
    public static readonly XName Field = A + "fld";
    public static readonly XName Transform = A + "xfrm";
    public static readonly XName Shape = P + "sp";
    public static readonly XName TextBody = P + "txBody";
    public static readonly XName ShapeProperties = P + "spPr";
    public static readonly XName Drawing = P + "cNvPr";
    public static readonly XName Placeholder = P + "ph";
}
