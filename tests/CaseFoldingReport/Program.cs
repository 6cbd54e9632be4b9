using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CaseFoldingReport;
using TrustedApps.Text;

// Prints whether this process can normalize, a digest of what CaseFolding does, and, where there is ICU, how many texts
// were compared with ICU's NFKC_Casefold and for how many of them the two differ.
bool normalizes = "\uFF46".Normalize(NormalizationForm.FormKC) == "f";
var texts = new List<string>();
for (int character = 0x80; character <= 0x10FFFF; character++)
{
    if (Rune.IsValid(character)) texts.Add(new Rune(character).ToString());
}

var random = new Random(16);
int[] marks = [0x300, 0x301, 0x316, 0x323, 0x327, 0x331, 0x345, 0x345, 0x34F, 0x1FB3, 0x1F8C, 0x1FF7, 0x200B, 0x5B0, 0x653, 0x3099, 0x1D165, 0x41, 0x61, 0x1161, 0x11A8];
for (int count = 0; count < 200_000; count++)
{
    var text = new StringBuilder();
    for (int length = random.Next(2, 12); length > 0; length--)
    {
        int character = random.Next(3) switch
        {
            0 => marks[random.Next(marks.Length)],
            1 => random.Next(0x20, 0x3000),
            _ => random.Next(0x20, 0x1FFFF),
        };
        if (Rune.IsValid(character)) text.Append(new Rune(character).ToString());
    }

    texts.Add(text.ToString());
}

using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
int compared = 0, different = 0;
foreach (string text in texts)
{
    string folded = CaseFolding.Fold(text);
    digest.AppendData(Encoding.UTF8.GetBytes(folded + "\n"));
    if (!normalizes || !Icu.Knows(text)) continue;
    compared++;
    if (folded == Icu.FoldDecomposed(text)) continue;
    if (different++ < 10) Console.Error.WriteLine(string.Join(' ', text.EnumerateRunes().Select(rune => $"{rune.Value:X4}")));
}

Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"{normalizes} {Convert.ToHexString(digest.GetHashAndReset())} {compared} {different}"));
