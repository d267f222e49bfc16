using System.Xml.Linq;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>The media types of a package's parts, by extension or by name.</summary>
internal sealed class ContentTypes
{
    private readonly Dictionary<string, string> _defaults = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (string Written, string Type)> _overrides = new(PartName.Comparer);

    public ContentTypes()
    {
    }

    public ContentTypes(ContentTypes other)
    {
        _defaults = new Dictionary<string, string>(other._defaults, StringComparer.OrdinalIgnoreCase);
        _overrides = new Dictionary<string, (string Written, string Type)>(other._overrides, PartName.Comparer);
    }

    public static ContentTypes Read(XDocument document)
    {
        var types = new ContentTypes();
        foreach (var entry in document.Root!.Elements())
        {
            var type = (string?)entry.Attribute("ContentType") ?? string.Empty;
            if (entry.Name.LocalName == "Default" && (string?)entry.Attribute("Extension") is { } extension)
            {
                types._defaults[extension] = type;
            }
            else if (entry.Name.LocalName == "Override" && (string?)entry.Attribute("PartName") is { } part)
            {
                types._overrides[Uri.UnescapeDataString(part)] = (part, type);
            }
        }

        return types;
    }

    public string Of(string part) =>
        _overrides.TryGetValue(part, out var entry) ? entry.Type : _defaults.GetValueOrDefault(Extension(part), string.Empty);

    public void Add(string part, string type)
    {
        if (Of(part) == type)
        {
            return;
        }

        var extension = Extension(part);
        if (!type.EndsWith("xml", StringComparison.Ordinal) && !_defaults.ContainsKey(extension))
        {
            _defaults[extension] = type;
        }
        else
        {
            _overrides[part] = (PartName.Encode(part), type);
        }
    }

    public void Remove(string part) => _overrides.Remove(part);

    public XDocument Write() => new(
        new XDeclaration("1.0", "UTF-8", "yes"),
        new XElement(
            Ns.ContentTypes + "Types",
            _defaults.Select(entry => new XElement(Ns.ContentTypes + "Default", new XAttribute("Extension", entry.Key), new XAttribute("ContentType", entry.Value))),
            _overrides.Select(entry => new XElement(Ns.ContentTypes + "Override", new XAttribute("PartName", entry.Value.Written), new XAttribute("ContentType", entry.Value.Type)))));

    private static string Extension(string part) => part[(part.LastIndexOf('.') + 1)..];
}
