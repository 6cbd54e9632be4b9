using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.Primitives;
using TrustedApps.Content;
using TrustedApps.Diagnostics;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The claims of an assertion: user, time, and the request that it is for (specification version-4.md, section 4).
/// </summary>
internal static class AssertionClaims
{
    public const int MaxUserLength = 255; // Unicode scalar values

    private static readonly SearchValues<byte> _escaped = SearchValues.Create("\"\\\t"u8);

    // a field value may hold tabs
    private static readonly SearchValues<byte> _controls = SearchValues.Create([
        .. Enumerable.Range(0, 32).Where(code => code != '\t').Select(code => (byte)code),
    ]);

    /// <summary>The maximum number of bytes that <see cref="Write"/> writes.</summary>
    public static int MaxLength(string? user, string method, ReadOnlySpan<char> uri, string? contentType) =>
        128 + (2 * ((3 * (user?.Length ?? 0)) + method.Length + uri.Length + (3 * (contentType?.Length ?? 0))));

    public static int Write(
        string? user,
        long issuedAt,
        string method,
        ReadOnlySpan<char> uri,
        in ContentBinding content,
        Span<byte> json
    )
    {
        if (user is not null && FindProblem(user) is { } problem)
        {
            throw new ArgumentException(
                $"This user cannot be named in an assertion: the name {problem}.",
                nameof(user)
            );
        }

        int length = 0;
        Append("{"u8, json, ref length);
        if (user is not null)
        {
            AppendText("\"sub\":\""u8, user, json, ref length);
            Append(","u8, json, ref length);
        }

        Append("\"iat\":"u8, json, ref length);
        Utf8Formatter.TryFormat(issuedAt, json[length..], out int digits);
        length += digits;
        AppendText(",\"htm\":\""u8, method, json, ref length);
        AppendText(",\"uri\":\""u8, uri, json, ref length);
        if (content.Claim.ToString() is { } digest)
        {
            AppendText(",\"dig\":\""u8, digest, json, ref length);
            if (content.ContentType is { } type) AppendText(",\"cty\":\""u8, type, json, ref length);
        }

        Append("}"u8, json, ref length);
        return length;
    }

    /// <summary>
    /// Reads claims and compares them with the request. Returns a description of the malformed part, or null.
    /// </summary>
    public static string? Read(ReadOnlySpan<byte> text, in IncomingRequest request, out OpenedAssertion opened)
    {
        if (FastPathClaimsReader.TryRead(text, request, out opened)) return null;

        var json = new StrictJson(text);
        string? user = null;
        long issuedAt = -1;
        bool hasMethod = false,
            hasUri = false,
            isMethod = false,
            isUri = false,
            hasDigest = false,
            hasType = false,
            isType = false;
        ContentDigest content = default;

        json.BeginObject();
        while (json.NextName(out JsonText name))
        {
            if (name.Is("sub"u8))
            {
                if (!json.ReadString(out JsonText sub)) return "sub is no string";
                user = sub.ToString();
                if (FindProblem(user) is { } problem) return $"sub {problem}";
            }
            else if (name.Is("iat"u8))
            {
                if (!json.ReadNumber(out issuedAt)) return "iat is no plain number";
            }
            else if (name.Is("htm"u8))
            {
                if (!(hasMethod = json.ReadString(out JsonText method))) return "htm is no string";
                isMethod = method.Is(request.Method);
            }
            else if (name.Is("uri"u8))
            {
                if (!(hasUri = json.ReadString(out JsonText uri))) return "uri is no string";
                isUri = uri.Is(request.Target);
            }
            else if (name.Is("dig"u8))
            {
                hasDigest = json.ReadString(out JsonText digest) && ContentDigest.TryRead(digest, out content);
                if (!hasDigest) return "dig is neither none nor one sha-256";
            }
            else if (name.Is("cty"u8))
            {
                if (!(hasType = json.ReadString(out JsonText type))) return "cty is no string";
                isType = IsContentType(type, request);
            }
            else
            {
                json.Skip();
            }
        }

        if (!json.IsDone) return "they are no strict JSON object";
        if (issuedAt < 0 || !hasMethod || !hasUri) return "iat, htm or uri is missing";
        if (hasType && !hasDigest) return "there is a cty without dig";

        bool typeHolds = !hasDigest || (hasType ? isType : !request.Headers.ContainsKey("Content-Type"));
        RejectionReason? mismatch = isMethod ? null : RejectionReason.NotForThisMethod;
        mismatch ??= isUri ? null : RejectionReason.NotForThisUrl;
        mismatch ??= typeHolds ? null : RejectionReason.NotForThisContentType;
        opened = new OpenedAssertion(issuedAt * 1000, user) { Mismatch = mismatch, Content = content };
        return null;
    }

    private static bool IsContentType(JsonText type, in IncomingRequest request) =>
        request.Headers.TryGetValue("Content-Type", out StringValues values)
        && values is [{ } value]
        && type.Is(value.Trim(' ', '\t')); // RFC 9110 section 5.5

    // A conforming consumer never names such a user, because it would be displayed as another user.
    private static string? FindProblem(string user)
    {
        if (user.Length is > 0 and <= MaxUserLength && !user.AsSpan().ContainsAnyExceptInRange('!', '~')) return null;

        int length = 0;
        Rune first = default, last = default;
        ReadOnlySpan<char> rest = user;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out last, out int consumed) != OperationStatus.Done)
            {
                return "holds half a surrogate pair";
            }

            switch (Rune.GetUnicodeCategory(last))
            {
                case UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    return "holds a control character or a line break";
                case UnicodeCategory.Format when !IsJoiner(last):
                    return $"holds U+{last.Value:X4}, a format character that is not visible";
            }

            if (++length > MaxUserLength) return "has more than 255 characters";
            if (length == 1) first = last;
            rest = rest[consumed..];
        }

        if (length == 0) return "is empty";
        if (IsJoiner(first) || IsJoiner(last)) return "begins or ends with a joiner, which is not visible";
        return Rune.IsWhiteSpace(first) || Rune.IsWhiteSpace(last) ? "begins or ends with a space" : null;
    }

    // Persian and Indian names need the zero-width non-joiner and joiner inside.
    private static bool IsJoiner(Rune rune) => rune.Value is 0x200C or 0x200D;

    private static void Append(ReadOnlySpan<byte> bytes, Span<byte> json, ref int length)
    {
        bytes.CopyTo(json[length..]);
        length += bytes.Length;
    }

    private static void AppendText(ReadOnlySpan<byte> start, ReadOnlySpan<char> text, Span<byte> json, ref int length)
    {
        Append(start, json, ref length);
        if (!StrictUtf8.TryEncode(text, json[length..], out int written))
        {
            throw new ArgumentException("Method, URL and content type must be well-formed text.");
        }

        if (json.Slice(length, written).ContainsAny(_controls))
        {
            throw new ArgumentException("Method, URL and content type must not hold control characters.");
        }

        length += json.Slice(length, written).ContainsAny(_escaped) ? Escape(json[length..], written) : written;
        Append("\""u8, json, ref length);
    }

    private static int Escape(Span<byte> json, int length)
    {
        byte[] plain = json[..length].ToArray();
        int at = 0;
        foreach (byte value in plain)
        {
            if (_escaped.Contains(value)) json[at++] = (byte)'\\';
            json[at++] = value == '\t' ? (byte)'t' : value;
        }

        return at;
    }
}
