using System.Globalization;

namespace BatchOps.Distributed;

/// <summary>The nonce of a request for a share: what names the request, a dot, and the number of the asking from 0.</summary>
internal static class RateNonce
{
    public static string Of(string id, int number) => string.Create(CultureInfo.InvariantCulture, $"{id}.{number}");

    public static bool TryRead(string nonce, out string id, out int number)
    {
        var dot = nonce.LastIndexOf('.');
        id = dot < 0 ? nonce : nonce[..dot];
        number = 0;
        return dot >= 0 && int.TryParse(nonce.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
