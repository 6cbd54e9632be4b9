using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace TrustedApps.Text;

/// <summary>
/// Reads JSON by the rules of specification version-4.md, section 1: UTF-8 without BOM, one object and nothing after
/// it, depth at most 5, no white space outside strings, no member twice (compared after unescaping), no lone
/// surrogates, numbers plain integers. Goes forward once; after a fault every method returns false.
/// </summary>
/// <remarks>
/// Names are distinguished by 64 bits of hash: equal ones always collide, so a duplicate is never accepted.
/// </remarks>
internal ref struct StrictJson
{
    /// <summary>The greatest number that is accepted: 31 December 9999, 23:59:59.</summary>
    public const long MaxNumber = 253_402_300_799;

    private const int MaxDepth = 5;

    /// <summary>The bytes that end a string or need an escape in it.</summary>
    public static SearchValues<byte> StringEnders { get; } =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (byte)code), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> _json;
    private int _at;
    private int _depth;
    private bool _isFirst; // of its object or array
    private bool _isBad;
    private int _nameCount;
    private ScopeStarts _scopes;
    private FewNames _fewNames;
    private ulong[]? _manyNames;

    public StrictJson(ReadOnlySpan<byte> json)
    {
        _json = json;
        _isBad = !Utf8.IsValid(json);
    }

    /// <summary>Whether all text was read without a fault.</summary>
    public readonly bool IsDone => !_isBad && _depth == 0 && _at == _json.Length && _at > 0;

    /// <summary>Whether the next value is a string.</summary>
    public readonly bool IsAtString => !_isBad && _at < _json.Length && _json[_at] == '"';

    [UnscopedRef]
    private Span<ulong> Names => _manyNames ?? (Span<ulong>)_fewNames;

    public bool BeginObject() => Begin((byte)'{');

    public bool BeginArray() => Begin((byte)'[');

    /// <summary>
    /// Reads the next member's name; false at the end of the object, which is then left, and at a fault.
    /// </summary>
    public bool NextName(out JsonText name)
    {
        name = default;
        return Next((byte)'}') && ReadString(out name) && Expect((byte)':') && IsNew(name.Hash());
    }

    /// <summary>
    /// Returns whether there is another item; false at the end of the array, which is then left, and at a fault.
    /// </summary>
    public bool NextItem() => Next((byte)']');

    public bool ReadString(out JsonText text)
    {
        text = default;
        if (!Expect((byte)'"')) return false;

        int start = _at;
        bool hasEscapes = false;
        while (true)
        {
            int length = _json[_at..].IndexOfAny(StringEnders);
            if (length < 0) return Fail();
            _at += length;
            if (_json[_at] == '"') break;
            hasEscapes = true;
            if (!SkipEscape()) return Fail(); // or a control character
        }

        text = new JsonText(_json[start.._at], hasEscapes);
        _at++;
        return true;
    }

    public bool ReadNumber(out long number)
    {
        number = 0;
        if (_isBad) return false;
        ReadOnlySpan<byte> rest = _json[_at..];
        int length = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length < 0) length = rest.Length;
        bool isPlain = length is > 0 and <= 12 && (length == 1 || rest[0] != '0');
        if (!isPlain || !Utf8Parser.TryParse(rest[..length], out number, out _) || number > MaxNumber) return Fail();
        _at += length;
        return true;
    }

    /// <summary>Reads the value <c>true</c>.</summary>
    public bool ReadTrue() => !_isBad && SkipLiteral("true"u8);

    /// <summary>Skips a value of any kind.</summary>
    public bool Skip()
    {
        if (_isBad || _at == _json.Length) return Fail();
        return _json[_at] switch
        {
            (byte)'"' => ReadString(out _),
            (byte)'{' => SkipObject(),
            (byte)'[' => SkipArray(),
            (byte)'t' => SkipLiteral("true"u8),
            (byte)'f' => SkipLiteral("false"u8),
            (byte)'n' => SkipLiteral("null"u8),
            _ => ReadNumber(out _),
        };
    }

    private bool SkipObject()
    {
        BeginObject();
        while (NextName(out _)) Skip();
        return !_isBad;
    }

    private bool SkipArray()
    {
        BeginArray();
        while (NextItem()) Skip();
        return !_isBad;
    }

    private bool SkipLiteral(ReadOnlySpan<byte> literal)
    {
        if (!_json[_at..].StartsWith(literal)) return Fail();
        _at += literal.Length;
        return true;
    }

    private bool Begin(byte bracket)
    {
        if (_depth == MaxDepth || !Expect(bracket)) return Fail();
        _scopes[_depth++] = _nameCount;
        _isFirst = true;
        return true;
    }

    private bool Next(byte closing)
    {
        if (_isBad || _depth == 0 || _at == _json.Length) return Fail();
        if (_json[_at] == closing)
        {
            _at++;
            _nameCount = _scopes[--_depth];
            _isFirst = false;
            return false;
        }

        bool isFirst = _isFirst;
        _isFirst = false;
        return isFirst || Expect((byte)',');
    }

    private bool IsNew(ulong hash)
    {
        int start = _scopes[_depth - 1];
        if (Names[start.._nameCount].Contains(hash)) return Fail();
        if (_nameCount == Names.Length) MakeRoom();
        Names[_nameCount++] = hash;
        return true;
    }

    // A member takes five characters at least, so this is once, and bounded by the text.
    private void MakeRoom()
    {
        ulong[] more = new ulong[(_json.Length / 5) + 1 + _nameCount];
        Names.CopyTo(more);
        _manyNames = more;
    }

    private bool SkipEscape()
    {
        ReadOnlySpan<byte> rest = _json[_at..];
        if (rest[0] != '\\' || rest.Length < 2) return false;
        if (rest[1] != 'u')
        {
            _at += 2;
            return "\"\\/bfnrt"u8.Contains(rest[1]);
        }

        if (!TryReadUnit(rest, out ushort first) || char.IsLowSurrogate((char)first)) return false;
        _at += 6;
        if (!char.IsHighSurrogate((char)first)) return true;

        if (!TryReadUnit(rest[6..], out ushort second) || !char.IsLowSurrogate((char)second)) return false;
        _at += 6;
        return true;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> escape, out ushort unit)
    {
        unit = 0;
        return escape.Length >= 6 && escape[0] == '\\' && escape[1] == 'u'
            && Utf8Parser.TryParse(escape[2..6], out unit, out int read, 'x') && read == 4;
    }

    private bool Expect(byte character)
    {
        if (_isBad || _at == _json.Length || _json[_at] != character) return Fail();
        _at++;
        return true;
    }

    private bool Fail()
    {
        _isBad = true;
        return false;
    }

    [InlineArray(MaxDepth)]
    private struct ScopeStarts
    {
        private int _first;
    }

    [InlineArray(16)]
    private struct FewNames
    {
        private ulong _first;
    }
}
