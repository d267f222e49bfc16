using System.Globalization;
using System.Text;

namespace BatchOps.Pdf.Text;

/// <summary>Tells text whose characters were mapped wrongly from text that can be read.</summary>
internal static class GarbledText
{
    // Shares of all characters but white space.
    private const double MaxBroken = 0.1;
    private const double MinVowels = 0.22;
    private const int MinLatinLetters = 80;

    /// <summary>
    /// True when many characters are replacement characters, of private use or unassigned, or when there is a page of
    /// small Latin letters with few vowels: letters shifted by a font without a map. Capitals stand in codes of all kinds.
    /// </summary>
    public static bool IsGarbled(string text)
    {
        int all = 0, broken = 0, latin = 0, vowels = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                continue;
            }

            all++;
            broken += IsBroken(rune) ? 1 : 0;
            if (Rune.IsLower(rune) && rune.Value < 0x250)
            {
                latin++;
                vowels += IsVowel(rune) ? 1 : 0;
            }
        }

        return broken > all * MaxBroken || (latin >= MinLatinLetters && latin > all / 2 && vowels < latin * MinVowels);
    }

    private static bool IsBroken(Rune rune) => rune == Rune.ReplacementChar
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;

    private static bool IsVowel(Rune rune) =>
        rune.ToString().Normalize(NormalizationForm.FormD)[0] is 'a' or 'e' or 'i' or 'o' or 'u' or 'y' or 'A' or 'E' or 'I' or 'O' or 'U' or 'Y' || rune.Value is 'ø' or 'Ø' or 'æ' or 'Æ';
}
