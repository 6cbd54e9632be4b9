using System.Buffers.Text;
using System.Text;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The fast path for claims: in the exact form that this library writes, for a user with a plain name and a request
/// without content, with or without a demand for a response proof, and equal to the request. All other claims are left
/// to the strict reader.
/// </summary>
internal ref struct FastPathClaimsReader
{
    private const int MaxDigits = 12;

    private ReadOnlySpan<byte> _rest;

    private FastPathClaimsReader(ReadOnlySpan<byte> text) => _rest = text;

    /// <summary>Reads claims for this request. False means that the strict reader must read them.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, in IncomingRequest request, out OpenedAssertion opened)
    {
        opened = default;
        FastPathClaimsReader claims = new FastPathClaimsReader(text);
        if (!claims.Skip("{\"sub\":\""u8) || !claims.TryTakeUser(out string? user)) return false;
        if (!claims.Skip("\",\"iat\":"u8) || !claims.TryTakeNumber(out long issuedAt)) return false;
        if (!claims.Skip(",\"htm\":\""u8) || !claims.SkipPlain(request.Method)) return false;
        if (!claims.Skip("\",\"uri\":\""u8) || !claims.SkipPlain(request.Target)) return false;
        bool demandsProof = claims.Skip("\",\"rsp\":true}"u8);
        if (!demandsProof && !claims.Skip("\"}"u8)) return false;
        if (!claims._rest.IsEmpty || request.Headers.ContainsKey("Content-Type")) return false;

        opened = new OpenedAssertion(issuedAt * 1000, user)
        {
            Further = demandsProof ? FurtherClaims.ProofOnly : FurtherClaims.None,
        };
        return true;
    }

    private bool Skip(ReadOnlySpan<byte> expected)
    {
        if (!_rest.StartsWith(expected)) return false;
        _rest = _rest[expected.Length..];
        return true;
    }

    // A value without JSON escapes ends at the closing quote: it cannot extend into another claim.
    private bool SkipPlain(string text)
    {
        if (_rest.Length < text.Length) return false;
        ReadOnlySpan<byte> found = _rest[..text.Length];
        if (!Ascii.Equals(found, text) || found.ContainsAny(StrictJson.StringEnders)) return false;
        _rest = _rest[text.Length..];
        return true;
    }

    private bool TryTakeUser(out string? user)
    {
        user = null;
        int length = _rest.IndexOf((byte)'"');
        if (length is < 1 or > AssertionClaims.MaxUserLength) return false;
        ReadOnlySpan<byte> name = _rest[..length];
        if (name.ContainsAnyExceptInRange((byte)'!', (byte)'~') || name.Contains((byte)'\\')) return false;
        user = Encoding.ASCII.GetString(name);
        _rest = _rest[length..];
        return true;
    }

    private bool TryTakeNumber(out long number)
    {
        number = 0;
        if (_rest.IsEmpty || _rest[0] is < (byte)'1' or > (byte)'9') return false;
        if (
            !Utf8Parser.TryParse(_rest, out number, out int length)
            || length > MaxDigits
            || number > StrictJson.MaxNumber
        )
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }
}
