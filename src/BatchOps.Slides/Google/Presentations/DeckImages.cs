using System.Collections.Concurrent;
using Google.Apis.Slides.v1.Data;

namespace BatchOps.Slides.Google.Presentations;

/// <summary>The pictures of one deck and the addresses that they are fetched from.</summary>
internal sealed class DeckImages
{
    private const int MostRefusals = 3;

    private readonly ConcurrentDictionary<string, string> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _needed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _refusals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _problems = new(StringComparer.Ordinal);

    /// <summary>Pictures without an address yet, and whether no other deck may have use for them.</summary>
    public List<(string Source, bool OfOneDeck)> Missing => _needed.Where(one => !_addresses.ContainsKey(one.Key)).Select(one => (one.Key, one.Value)).ToList();

    /// <summary>How many pictures the deck takes.</summary>
    public int Count => _needed.Count;

    public void Need(string source, bool ofOneDeck) => _needed.TryAdd(source, ofOneDeck);

    public bool Has(string source) => _addresses.ContainsKey(source);

    public void Found(string source, string address) => _addresses[source] = address;

    /// <summary>Whether a picture that was refused is an upload that is worth another attempt; each has two.</summary>
    public bool MayBeTooFresh(string source)
    {
        if (_addresses.GetValueOrDefault(source) == source)
        {
            return false;
        }

        _refusals[source] = _refusals.GetValueOrDefault(source) + 1;
        return _refusals[source] < MostRefusals;
    }

    /// <summary>Notes that Google can't place a picture; it is not tried on other slides.</summary>
    public void Refuse(string source, string problem) => _problems[source] = problem;

    /// <summary>Why a picture can't be placed; null when nothing is known against it.</summary>
    public string? Problem(string source) => _problems.GetValueOrDefault(source);

    public Request Replace(string text, DeckImage image, IEnumerable<string> pages) => new()
    {
        ReplaceAllShapesWithImage = new ReplaceAllShapesWithImageRequest
        {
            ContainsText = new SubstringMatchCriteria { Text = text, MatchCase = true },
            ImageUrl = _addresses[image.Source],
            ImageReplaceMethod = Method(image.Fit),
            PageObjectIds = pages.ToList(),
        },
    };

    public Request Swap(string id, DeckImage image) =>
        new() { ReplaceImage = new ReplaceImageRequest { ImageObjectId = id, Url = _addresses[image.Source], ImageReplaceMethod = Method(image.Fit) } };

    private static string Method(ImageFit fit) => fit == ImageFit.Crop ? "CENTER_CROP" : "CENTER_INSIDE";
}
