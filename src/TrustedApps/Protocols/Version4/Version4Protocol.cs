using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Replay;
using TrustedApps.Responses;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// Version 4: the assertion is encrypted under a key that comes of a key grant, which the application signed. The
/// assertion names the user, the time and every part of the request that affects its meaning.
/// </summary>
/// <param name="grants">The provider's key grants.</param>
internal sealed class Version4Protocol(KeyGrantVerifier grants) : ITrustedAppProtocol
{
    private const int StackLimit = 512; // bytes; each is set to zero first

    // Servers and frameworks that honour these headers would serve another request than the signed one.
    private static readonly string[] _overrides =
        ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL"];

    public ProtocolVersion Version => ProtocolVersion.Version4;

    public IEnumerable<KeyValuePair<string, int>> CountKeyGrants() => grants.CountKept();

    /// <summary>
    /// Consumer: makes the headers of one assertion, which carries the key grant or names it; without Cert if the key
    /// grant was dropped in the meantime.
    /// </summary>
    public static AssertionHeaders Issue(in OutgoingAssertion assertion, KeyGrant grant, bool namesGrant = false)
    {
        OutgoingRequest request = assertion.Request;
        ReadOnlySpan<char> uri = PathAndQuery(request.Url);
        int size = AssertionClaims.MaxLength(request, assertion.Keys.Id, uri);
        byte[]? rented = size > StackLimit ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> claims = rented ?? stackalloc byte[StackLimit];

        long issuedAt = assertion.Milliseconds / 1000;
        int length = AssertionClaims.Write(request, assertion.Keys.Id, issuedAt, uri, claims);
        string? cert = AssertionToken.Seal(claims[..length], grant, assertion.Milliseconds);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return new AssertionHeaders(
            HeaderFamily.Atlassian,
            assertion.Keys.Id,
            ProtocolVersion.Version4.Name,
            namesGrant ? null : grant.Token,
            magic: null,
            cert,
            signature: null
        );
    }

    public Rejection? CheckHeaders(in AssertionHeaders headers, in IncomingRequest request)
    {
        if (headers.Magic is not null || headers.Signature is not null) return new(RejectionReason.LegacyHeaderBeside);
        bool isTooLong =
            headers.Key?.Length > KeyGrantToken.MaxLength || headers.Cert!.Length > AssertionToken.MaxLength;
        if (isTooLong) return new(RejectionReason.HeaderTooLong);
        bool isPath = request.Target.StartsWith('/') && !request.Target.AsSpan().ContainsAnyExceptInRange('!', '~');
        if (!isPath) return new(RejectionReason.TargetForm);
        if (request.Method == "CONNECT") return new(RejectionReason.TunnelOrUpgrade);
        bool isUpgrade = request.Headers.TryGetValue("Upgrade", out StringValues upgrade) && !IsHttp2(upgrade);
        if (isUpgrade) return new(RejectionReason.TunnelOrUpgrade);
        foreach (string name in _overrides)
        {
            if (request.Headers.ContainsKey(name)) return new(RejectionReason.OverrideHeader, name);
        }

        return null;
    }

    public ValueTask<KeyGrantResult> FindKeyGrantAsync(
        in AssertionHeaders headers,
        TrustedApplication application,
        ApplicationKeys keys,
        IPAddress? address,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        headers.Key.AsSpan().ContainsOnlyBlanks()
            ? new(grants.FindNamed(headers.Cert, application, keys, now))
            : grants.FindAsync(headers, application, keys, address, now, cancellationToken);

    public Rejection? Open(
        in AssertionHeaders headers,
        in IncomingRequest request,
        TrustedApplication application,
        IKeyGrant? grant,
        out OpenedAssertion opened
    )
    {
        opened = default;
        var opening = (KeyGrant)grant!;
        int size = StrictBase64Url.MaxDecodedLength(headers.Cert!.Length);
        byte[]? rented = size > StackLimit ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> claims = rented ?? stackalloc byte[StackLimit];

        string? problem = null;
        bool isOpen = AssertionToken.TryOpen(headers.Cert, opening, claims, out int length, out UInt128 nonce);
        bool isDropped = !isOpen && opening.RequestKey.IsDropped;
        if (isOpen)
        {
            problem = AssertionClaims.Read(claims[..length], application.Id, request, out opened);
            opened = opened with { Nonce = opening.IdBits ^ nonce, Prover = FindProver(opened, opening, headers.Cert) };
            isDropped = opened.Further.DemandsResponseProof && opened.Prover is null;
            CryptographicOperations.ZeroMemory(claims[..length]);
        }

        if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        if (isDropped) return ExplainDropped(headers, application);
        if (!isOpen) return new Rejection(RejectionReason.AssertionNotReadable, application.Id);
        return problem is null ? null : new Rejection(RejectionReason.ClaimsMalformed, application.Id, problem);
    }

    // The tag has proven the sender, and Open has compared the assertion with the request.
    public Rejection? CheckBinding(
        in AssertionHeaders headers,
        TrustedApplication application,
        in OpenedAssertion opened,
        string url
    ) => opened.Mismatch is null ? null : new Rejection(opened.Mismatch, application.Id);

    // Grant ids and nonces are random, so their combination stands for both.
    public int GetReplayKeys(in AssertionHeaders headers, in OpenedAssertion opened, string url, Span<ReplayKey> keys)
    {
        keys[0] = new(opened.Nonce, default);
        return 1;
    }

    // Where it was named, the application sends it again, and need not make another.
    private static Rejection ExplainDropped(in AssertionHeaders headers, TrustedApplication application) => new(
        headers.Key.AsSpan().ContainsOnlyBlanks() ? RejectionReason.GrantNeeded : RejectionReason.GrantDropped,
        application.Id);

    private static ResponseProver? FindProver(in OpenedAssertion opened, KeyGrant grant, string cert) =>
        opened.Further.DemandsResponseProof && grant.ResponseKey.Copy() is { } key
            ? new(key, grant.Id, AssertionToken.FindNonce(cert).ToString())
            : null;

    private static bool IsHttp2(StringValues upgrade) =>
        upgrade is [{ } protocol] && protocol.Equals("h2c", StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> PathAndQuery(string url)
    {
        int authority = url.IndexOf("://", StringComparison.Ordinal);
        int path = authority < 0 ? -1 : url.AsSpan(authority + 3).IndexOfAny('/', '?');
        if (path < 0 || url[authority + 3 + path] == '?')
        {
            throw new ArgumentException("The URL must be absolute, with at least / for a path.", nameof(url));
        }

        ReadOnlySpan<char> uri = url.AsSpan(authority + 3 + path);
        if (uri.ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException(
                "The URL's path and query must be printable ASCII, as they are sent.",
                nameof(url)
            );
        }

        return uri;
    }
}
