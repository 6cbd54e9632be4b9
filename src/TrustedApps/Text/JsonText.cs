using System.Buffers;
using System.Text;

namespace TrustedApps.Text;

/// <summary>A well-formed JSON string as it stands in the text. Compared by its unescaped value.</summary>
internal readonly ref struct JsonText(ReadOnlySpan<byte> raw, bool hasEscapes)
{
    private const int StackLimit = 264; // bytes

    private readonly ReadOnlySpan<byte> _raw = raw; // between the quotes; never shorter than the unescaped value

    /// <summary>The maximum number of bytes of the unescaped value.</summary>
    public int MaxLength => _raw.Length;

    public bool Is(ReadOnlySpan<byte> utf8)
    {
        if (!hasEscapes) return _raw.SequenceEqual(utf8);
        // an escape has six characters at most
        if (_raw.Length < utf8.Length || _raw.Length > 6 * utf8.Length) return false;

        byte[]? rented = null;
        Span<byte> buffer =
            _raw.Length > StackLimit
                ? (rented = ArrayPool<byte>.Shared.Rent(_raw.Length))
                : stackalloc byte[StackLimit];
        bool isSame = buffer[..Decode(buffer)].SequenceEqual(utf8);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return isSame;
    }

    public bool Is(string text)
    {
        if (!hasEscapes && Ascii.Equals(_raw, text)) return true;
        return (hasEscapes || !Ascii.IsValid(text)) && Is(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Writes the unescaped value, if it is ASCII; the destination needs <see cref="MaxLength"/>.</summary>
    public bool TryWriteAscii(Span<char> destination, out int length)
    {
        Span<byte> buffer = stackalloc byte[StackLimit];
        length = 0;
        if (_raw.Length > StackLimit) return false;
        length = Decode(buffer);
        bool isAscii = Ascii.ToUtf16(buffer[..length], destination, out _) == OperationStatus.Done;
        buffer.Clear();
        return isAscii;
    }

    public override string ToString()
    {
        if (!hasEscapes) return Encoding.UTF8.GetString(_raw);
        byte[] buffer = new byte[_raw.Length];
        return Encoding.UTF8.GetString(buffer, 0, Decode(buffer));
    }

    /// <summary>
    /// Returns a hash: equal for equal texts, and hardly ever equal for different ones (FNV-1a, 64 bits).
    /// </summary>
    public ulong Hash()
    {
        if (!hasEscapes) return Hash(_raw);
        byte[] rented = ArrayPool<byte>.Shared.Rent(_raw.Length);
        ulong hash = Hash(rented.AsSpan(0, Decode(rented)));
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return hash;
    }

    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        ulong hash = 14_695_981_039_346_656_037;
        foreach (byte value in text) hash = (hash ^ value) * 1_099_511_628_211;
        return hash;
    }

    private int Decode(Span<byte> utf8)
    {
        ReadOnlySpan<byte> rest = _raw;
        int length = 0;
        while (!rest.IsEmpty)
        {
            int plain = rest.IndexOf((byte)'\\');
            if (plain < 0) plain = rest.Length;
            rest[..plain].CopyTo(utf8[length..]);
            length += plain;
            rest = rest[plain..];
            if (!rest.IsEmpty) length += DecodeEscape(ref rest).EncodeToUtf8(utf8[length..]);
        }

        return length;
    }

    // The reader has checked that escapes are well-formed and surrogates are paired.
    private static Rune DecodeEscape(ref ReadOnlySpan<byte> rest)
    {
        byte kind = rest[1];
        if (kind != 'u')
        {
            rest = rest[2..];
            return new Rune(
                kind switch
                {
                    (byte)'b' => '\b',
                    (byte)'f' => '\f',
                    (byte)'n' => '\n',
                    (byte)'r' => '\r',
                    (byte)'t' => '\t',
                    _ => (char)kind,
                }
            );
        }

        char first = ReadHex(rest);
        bool isPair = char.IsHighSurrogate(first);
        Rune rune = isPair ? new Rune(first, ReadHex(rest[6..])) : new Rune(first);
        rest = rest[(isPair ? 12 : 6)..];
        return rune;
    }

    private static char ReadHex(ReadOnlySpan<byte> escape)
    {
        int unit = 0;
        foreach (byte digit in escape[2..6]) unit = (unit << 4) | ValueOf(digit);
        return (char)unit;
    }

    private static int ValueOf(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
