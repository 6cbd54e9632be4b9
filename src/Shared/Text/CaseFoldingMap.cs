namespace TrustedApps.Text;

/// <summary>The table of <see cref="CaseFolding"/>, unpacked at the first use: about 200 KiB.</summary>
internal static class CaseFoldingMap
{
    private static readonly Mapping[] _mappings;
    private static readonly int[] _firsts; // of the mappings, to search in
    private static readonly int[] _texts;
    private static readonly CombiningRun[] _classes;
    private static readonly int[] _classFirsts;

    static CaseFoldingMap()
    {
        var reader = new Reader(Unpack(CaseFoldingTable.Packed));
        var texts = new List<int>();
        _mappings = new Mapping[reader.Next()];
        int last = 0;
        for (int index = 0; index < _mappings.Length; index++)
        {
            int first = last + reader.Next(), kind = reader.Next();
            int step = (kind & 2) == 0 ? 1 : 2;
            last = first + ((kind >> 2) * step);
            bool isText = (kind & 1) == 1;
            int number = reader.Next();
            for (int count = isText ? number : 0, start = texts.Count; texts.Count < start + count;)
            {
                texts.Add(reader.Next());
            }

            _mappings[index] = isText
                ? new Mapping(first, last, step, texts.Count - number, number)
                : new Mapping(first, last, step, (number & 1) == 0 ? number >> 1 : -((number + 1) >> 1), -1);
        }

        _classes = new CombiningRun[reader.Next()];
        last = 0;
        for (int index = 0; index < _classes.Length; index++)
        {
            int first = last + reader.Next();
            last = first + reader.Next();
            _classes[index] = new CombiningRun(first, last, (byte)reader.Next());
        }

        _texts = [.. texts];
        _firsts = Array.ConvertAll(_mappings, mapping => mapping.First);
        _classFirsts = Array.ConvertAll(_classes, run => run.First);
    }

    /// <summary>
    /// Finds what a character beyond ASCII is mapped to, in full and decomposed; nothing for one that is removed.
    /// </summary>
    /// <returns>Whether it is mapped to anything but itself. Hangul syllables are not in the table.</returns>
    public static bool TryFind(int character, out ReadOnlySpan<int> mapped)
    {
        mapped = default;
        int index = IndexIn(_firsts, character);
        if (index < 0 || !_mappings[index].Contains(character)) return false;

        Mapping mapping = _mappings[index];
        mapped = mapping.Length >= 0
            ? _texts.AsSpan(mapping.Value, mapping.Length)
            : new int[] { character + mapping.Value };
        return true;
    }

    /// <summary>Returns the canonical combining class of a character.</summary>
    public static byte FindCombiningClass(int character)
    {
        int index = IndexIn(_classFirsts, character);
        return index >= 0 && character <= _classes[index].Last ? _classes[index].Class : (byte)0;
    }

    private static byte[] Unpack(string packed) =>
        StrictBase64.TryDecode(packed, out byte[]? bytes)
            ? bytes
            : throw new InvalidOperationException("The table of case folding is damaged.");

    // The last run that begins at the character or before it.
    private static int IndexIn(int[] firsts, int character)
    {
        int index = Array.BinarySearch(firsts, character);
        return index >= 0 ? index : ~index - 1;
    }

    /// <summary>Characters that are mapped alike: to a text, or each to the one that is as far away.</summary>
    /// <param name="First">The first character.</param>
    /// <param name="Last">The last character.</param>
    /// <param name="Step">1, or 2 where every second character is meant.</param>
    /// <param name="Value">The place of the text, or the distance.</param>
    /// <param name="Length">The length of the text; negative where there is none.</param>
    private readonly record struct Mapping(int First, int Last, int Step, int Value, int Length)
    {
        public bool Contains(int character) => character <= Last && (character - First) % Step == 0;
    }

    private readonly record struct CombiningRun(int First, int Last, byte Class);

    private ref struct Reader(ReadOnlySpan<byte> packed)
    {
        private ReadOnlySpan<byte> _rest = packed;

        public int Next()
        {
            int number = 0, shift = 0;
            while (true)
            {
                byte read = _rest[0];
                _rest = _rest[1..];
                number |= (read & 0x7F) << shift;
                if (read < 0x80) return number;
                shift += 7;
            }
        }
    }
}
