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

    private const int MaxScopeLength = 6 * 65 * ScopeName.MaxCount; // bytes, each escaped

    private static readonly SearchValues<byte> _escaped = SearchValues.Create("\"\\\t"u8);

    // a field value may hold tabs
    private static readonly SearchValues<byte> _controls = SearchValues.Create([
        .. Enumerable.Range(0, 32).Where(code => code != '\t').Select(code => (byte)code),
    ]);

    /// <summary>The maximum number of bytes that <see cref="Write"/> writes.</summary>
    public static int MaxLength(in OutgoingRequest request, string issuer, ReadOnlySpan<char> uri)
    {
        int texts = (3 * (request.User?.Length ?? 0)) + request.Method.Length + uri.Length
            + (3 * (request.Content.ContentType?.Length ?? 0));
        int further = 0;
        if (request.Actors.Count > 0) further += issuer.Length + request.Actors.Sum(actor => actor.Length + 24);
        if (request.Scopes.Count > 0) further += 16 + request.Scopes.Sum(scope => scope.Length + 1);
        if (request.BoundHeaders.Count > 0)
        {
            further += 16 + request.BoundHeaders.Sum(header => header.Key.Length + (2 * header.Value.Length) + 8);
        }

        return 160 + (2 * texts) + further;
    }

    /// <summary>Writes the claims of a request.</summary>
    /// <exception cref="ArgumentException">A part of the request cannot be asserted.</exception>
    public static int Write(
        in OutgoingRequest request, string issuer, long issuedAt, ReadOnlySpan<char> uri, Span<byte> json)
    {
        if (request.User is { } named && FindProblem(named) is { } problem)
        {
            throw new ArgumentException(
                $"This user cannot be named in an assertion: the name {problem}. Pass the name with which the user logs in to the provider, and nothing else.",
                nameof(request)
            );
        }

        int length = 0;
        Append("{"u8, json, ref length);
        if (request.User is { } user)
        {
            AppendText("\"sub\":\""u8, user, json, ref length);
            Append(","u8, json, ref length);
        }

        Append("\"iat\":"u8, json, ref length);
        Utf8Formatter.TryFormat(issuedAt, json[length..], out int digits);
        length += digits;
        AppendText(",\"htm\":\""u8, request.Method, json, ref length);
        AppendText(",\"uri\":\""u8, uri, json, ref length);
        if (request.Content.Claim.ToString() is { } digest)
        {
            AppendText(",\"dig\":\""u8, digest, json, ref length);
            if (request.Content.ContentType is { } type) AppendText(",\"cty\":\""u8, type, json, ref length);
        }

        if (request.RequireResponseProof) Append(",\"rsp\":true"u8, json, ref length);
        if (request.Actors.Count > 0) WriteActors(request, issuer, json, ref length);
        if (request.Scopes.Count > 0) WriteScopes(request.Scopes, json, ref length);
        if (request.BoundHeaders.Count > 0) BoundHeadersClaim.Write(request.BoundHeaders, json, ref length);
        Append("}"u8, json, ref length);
        return length;
    }

    /// <summary>
    /// Reads claims and compares them with the request. Returns a description of the malformed part, or null.
    /// </summary>
    public static string? Read(
        ReadOnlySpan<byte> text, string issuer, in IncomingRequest request, out OpenedAssertion opened)
    {
        if (FastPathClaimsReader.TryRead(text, request, out opened)) return null;

        var json = new StrictJson(text);
        string? user = null, problem = null;
        long issuedAt = -1;
        bool hasMethod = false, hasUri = false, isMethod = false, isUri = false;
        bool hasDigest = false, hasType = false;
        JsonText type = default;
        ContentDigest content = default;
        FurtherClaims further = FurtherClaims.None;
        RejectionReason? otherHeader = null;

        json.BeginObject();
        while (json.NextName(out JsonText name))
        {
            if (name.Is("sub"u8))
            {
                if (!json.ReadString(out JsonText sub)) return "sub is no string";
                user = sub.ToString();
                if (FindProblem(user) is { } wrong) return $"sub {wrong}";
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
                if (!(hasType = json.ReadString(out type))) return "cty is no string";
            }
            else if (name.Is("rsp"u8))
            {
                if (!json.ReadTrue()) return "rsp is not true";
                further = further with { DemandsResponseProof = true };
            }
            else if (name.Is("act"u8))
            {
                if (ActorClaim.Read(ref json, issuer, out problem) is not { } actors) return problem;
                further = further with { Actors = actors };
            }
            else if (name.Is("scope"u8))
            {
                if (!json.ReadString(out JsonText scope)) return "scope is no string";
                if (scope.MaxLength > MaxScopeLength) return "scope is too long";
                if (ScopeName.Split(scope.ToString()) is not { } scopes) return "scope is no list of scopes";
                further = further with { Scopes = scopes };
            }
            else if (name.Is("hdr"u8))
            {
                if (BoundHeadersClaim.Read(ref json, request, out problem, out otherHeader) is not { } bound)
                {
                    return problem;
                }

                further = further with { BoundHeaders = bound };
            }
            else
            {
                return "they hold a member that version 4 does not have";
            }
        }

        if (!json.IsDone) return "they are no strict JSON object";
        if (issuedAt < 0 || !hasMethod || !hasUri) return "iat, htm or uri is missing";
        if (hasType && !hasDigest) return "there is a cty without dig";
        if (further.Actors.Count > 0) problem = ActorClaim.FindProblem(further.Actors, issuer, user);
        if (problem is not null) return problem;

        bool typeHolds = TryFindContentType(request, out string? sent);
        if (hasDigest) typeHolds &= sent is null ? !hasType : hasType && type.Is(sent);
        RejectionReason? mismatch = isMethod ? null : RejectionReason.NotForThisMethod;
        mismatch ??= isUri ? null : RejectionReason.NotForThisUrl;
        mismatch ??= typeHolds ? null : RejectionReason.NotForThisContentType;
        mismatch ??= otherHeader;
        opened = new OpenedAssertion(issuedAt * 1000, user)
        {
            Mismatch = mismatch,
            Content = content,
            Further = further,
        };
        return null;
    }

    private static void WriteActors(in OutgoingRequest request, string issuer, Span<byte> json, ref int length)
    {
        if (ActorClaim.FindProblem(request.Actors, issuer, request.User) is { } problem)
        {
            throw new ArgumentException($"These actors cannot be named in an assertion: {problem}.", nameof(request));
        }

        AppendText(",\"act\":{\"sub\":\""u8, issuer, json, ref length);
        foreach (string actor in request.Actors) AppendText(",\"act\":{\"sub\":\""u8, actor, json, ref length);
        for (int open = 0; open <= request.Actors.Count; open++) Append("}"u8, json, ref length);
    }

    private static void WriteScopes(IReadOnlyList<string> scopes, Span<byte> json, ref int length)
    {
        if (ScopeName.FindProblem(scopes) is { } problem)
        {
            throw new ArgumentException($"These scopes cannot be named in an assertion: {problem}.", nameof(scopes));
        }

        AppendText(",\"scope\":\""u8, string.Join(' ', scopes), json, ref length);
    }

    // False if there are several, or one that is read in more than one way.
    private static bool TryFindContentType(in IncomingRequest request, out string? type)
    {
        type = null;
        if (!request.Headers.TryGetValue("Content-Type", out StringValues values) || values.Count == 0) return true;
        type = (values[0] ?? "").Trim(' ', '\t'); // RFC 9110 section 5.5
        return values.Count == 1 && FieldValue.IsPrintable(type);
    }

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
        return first.Value == ' ' || last.Value == ' ' ? "begins or ends with a space" : null;
    }

    // Persian and Indian names need the zero-width non-joiner and joiner inside.
    private static bool IsJoiner(Rune rune) => rune.Value is 0x200C or 0x200D;

    internal static void Append(ReadOnlySpan<byte> bytes, Span<byte> json, ref int length)
    {
        bytes.CopyTo(json[length..]);
        length += bytes.Length;
    }

    internal static void AppendText(ReadOnlySpan<byte> start, ReadOnlySpan<char> text, Span<byte> json, ref int length)
    {
        Append(start, json, ref length);
        if (!StrictUtf8.TryEncode(text, json[length..], out int written))
        {
            throw new ArgumentException("Method, URL, content type and headers must be well-formed text.");
        }

        if (json.Slice(length, written).ContainsAny(_controls))
        {
            throw new ArgumentException("Method, URL, content type and headers must not hold control characters.");
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
