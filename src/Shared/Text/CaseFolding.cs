using System.Runtime.InteropServices;
using System.Text;

namespace TrustedApps.Text;

/// <summary>
/// Folds names that people take for the same: two names fold alike exactly when their NFKC_Casefold (Unicode 16.0,
/// definition D147) is the same. Case and width are removed, and all characters that are not visible.
/// </summary>
/// <remarks>
/// It uses a table of its own. <see cref="string.Normalize()"/> needs ICU: with InvariantGlobalization, which slim
/// images set, it returns other text unchanged and without an error. The result is decomposed where Unicode's is
/// composed: texts compare alike in both forms.
/// </remarks>
internal static class CaseFolding
{
    private const int FirstSyllable = 0xAC00;
    private const int Syllables = 11_172;
    private const int OrderShift = 56, PlaceShift = 24, CharacterMask = 0xFFFFFF;
    private const int Ypogegrammeni = 0x345, ClassOfYpogegrammeni = 240; // a mark that folds to a letter

    /// <summary>
    /// Returns the folded name. Half a surrogate pair counts as U+FFFD. Time and memory are linear in the length, a
    /// factor of 18 at most.
    /// </summary>
    public static string Fold(string name)
    {
        if (Ascii.IsValid(name)) return name.ToLowerInvariant();

        var folded = new List<ulong>(name.Length + 8);
        foreach (Rune rune in name.EnumerateRunes()) Append(rune.Value, folded);
        Reorder(CollectionsMarshal.AsSpan(folded));

        var text = new StringBuilder(folded.Count);
        foreach (ulong character in folded) text.Append(new Rune((int)(character & CharacterMask)).ToString());
        return text.ToString();
    }

    private static void Append(int character, List<ulong> folded)
    {
        if (character < 0x80)
        {
            Add(character is >= 'A' and <= 'Z' ? character | 0x20 : character, folded);
        }
        else if (character - FirstSyllable is >= 0 and < Syllables and var syllable) // Unicode, section 3.12
        {
            Add(0x1100 + (syllable / 588), folded);
            Add(0x1161 + (syllable % 588 / 28), folded);
            if (syllable % 28 > 0) Add(0x11A7 + (syllable % 28), folded);
        }
        else if (CaseFoldingMap.TryFind(character, out ReadOnlySpan<int> mapped))
        {
            if (Divides(character, mapped)) Divide(folded);
            foreach (int part in mapped) Add(part, folded);
            if (EndsInYpogegrammeni(character)) SetClass(CollectionsMarshal.AsSpan(folded), ^1, ClassOfYpogegrammeni);
        }
        else
        {
            Add(character, folded);
        }
    }

    // A character with its combining class and place in front sorts into canonical order.
    private static void Add(int character, List<ulong> folded) => folded.Add(
        ((ulong)CaseFoldingMap.FindCombiningClass(character) << OrderShift)
            | ((ulong)(uint)folded.Count << PlaceShift)
            | (uint)character);

    // Definition D147 decomposes before it folds: U+0345 is put into canonical order as the mark that it is, and then
    // folds to the letter U+03B9. No other mark folds to something of another class.
    private static bool EndsInYpogegrammeni(int character) => character is Ypogegrammeni
        or (>= 0x1F80 and <= 0x1FAF)
        or 0x1FB2 or 0x1FB3 or 0x1FB4 or 0x1FB7 or 0x1FBC
        or 0x1FC2 or 0x1FC3 or 0x1FC4 or 0x1FC7 or 0x1FCC
        or 0x1FF2 or 0x1FF3 or 0x1FF4 or 0x1FF7 or 0x1FFC;

    // No mark passes a letter when text is decomposed, even one that then folds to nothing or to a mark. The three
    // Tibetan signs are decomposed into marks before.
    private static bool Divides(int character, ReadOnlySpan<int> mapped) =>
        CaseFoldingMap.FindCombiningClass(character) == 0
        && (mapped.IsEmpty || CaseFoldingMap.FindCombiningClass(mapped[0]) > 0)
        && character is not (0x0F73 or 0x0F75 or 0x0F81);

    // Puts the last marks into order. What folds to a letter among them is a letter from now on.
    private static void Divide(List<ulong> folded)
    {
        Span<ulong> characters = CollectionsMarshal.AsSpan(folded);
        int start = characters.Length;
        while (start > 0 && characters[start - 1] >> OrderShift > 0) start--;
        characters[start..].Sort();
        for (int index = start; index < characters.Length; index++)
        {
            ulong place = (ulong)(uint)index << PlaceShift;
            characters[index] = (characters[index] & ~((ulong)uint.MaxValue << PlaceShift)) | place;
            if (characters[index] >> OrderShift == ClassOfYpogegrammeni) SetClass(characters, index, 0);
        }
    }

    private static void SetClass(Span<ulong> characters, Index index, int combiningClass) =>
        characters[index] = (characters[index] & ((1UL << OrderShift) - 1)) | ((ulong)combiningClass << OrderShift);

    // The canonical ordering (Unicode, section 3.11): marks between two starters stand in the order of their classes.
    private static void Reorder(Span<ulong> folded)
    {
        int start = 0;
        for (int end = 0; end <= folded.Length; end++)
        {
            if (end < folded.Length && folded[end] >> OrderShift > 0) continue;
            if (end - start > 1) folded[start..end].Sort();
            start = end + 1;
        }
    }
}
