using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using TrustedApps.Diagnostics;
using TrustedApps.Replay;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// Version 4: the assertion is encrypted under a session key that a grant, which the application signed, brings to the
/// provider. It names user, time and everything of the request that matters.
/// </summary>
internal sealed class Version4Protocol : ITrustedAppProtocol
{
    private const int StackLimit = 512; // bytes; each is set to zero first

    // Servers and frameworks that heed these would serve another request than the one that was signed.
    private static readonly string[] _overrides = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL"];

    public ProtocolVersion Version => ProtocolVersion.Version4;

    // The session key is in memory, so nothing waits.
    public ValueTask<AssertionHeaders> IssueAsync(OutgoingAssertion assertion, CancellationToken cancellationToken) => new(Issue(assertion));

    public Rejection? CheckShape(in AssertionHeaders headers, in IncomingRequest request)
    {
        if (headers.Magic is not null || headers.Signature is not null) return new(RejectionReason.LegacyHeaderBeside);
        if (headers.Key?.Length > KeyGrantToken.MaxLength || headers.Cert!.Length > AssertionToken.MaxLength) return new(RejectionReason.HeaderTooLong);
        if (!request.Target.StartsWith('/') || request.Target.AsSpan().ContainsAnyExceptInRange('!', '~')) return new(RejectionReason.TargetForm);
        if (request.Method == "CONNECT") return new(RejectionReason.TunnelOrUpgrade);
        if (request.Headers.TryGetValue("Upgrade", out StringValues upgrade) && !IsHttp2(upgrade)) return new(RejectionReason.TunnelOrUpgrade);
        foreach (string name in _overrides)
        {
            if (request.Headers.ContainsKey(name)) return new(RejectionReason.OverrideHeader, name);
        }

        return null;
    }

    public RejectionReason? FindMissing(in AssertionHeaders headers) =>
        headers.Key.AsSpan().ContainsOnlyBlanks() ? RejectionReason.GrantMissing : null;

    public Rejection? Open(in AssertionHeaders headers, in IncomingRequest request, TrustedApplication application, KeyGrant? grant, out OpenedAssertion opened)
    {
        opened = default;
        int size = StrictBase64Url.MaxDecodedLength(headers.Cert!.Length);
        byte[]? rented = size > StackLimit ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> claims = rented ?? stackalloc byte[StackLimit];

        Rejection? refusal;
        if (AssertionToken.TryOpen(headers.Cert, grant!, claims, out int length, out UInt128 nonce))
        {
            string? problem = AssertionClaims.Read(claims[..length], request, out opened);
            refusal = problem is null ? null : new Rejection(RejectionReason.ClaimsMalformed, application.Id, problem);
            opened = opened with { Nonce = grant!.IdBits ^ nonce };
            CryptographicOperations.ZeroMemory(claims[..length]);
        }
        else
        {
            refusal = new(grant!.Key.IsDropped ? RejectionReason.GrantDropped : RejectionReason.AssertionNotReadable, application.Id);
        }

        if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return refusal;
    }

    // The tag has proven who made the assertion, and Open has compared it with the request.
    public Rejection? CheckSignature(in AssertionHeaders headers, TrustedApplication application, in OpenedAssertion opened, string url) =>
        opened.Mismatch is null ? null : new Rejection(opened.Mismatch, application.Id);

    // Grant ids and nonces are random, so their combination stands for both.
    public int GetReplayKeys(in AssertionHeaders headers, in OpenedAssertion opened, string url, Span<ReplayKey> marks)
    {
        marks[0] = new(opened.Nonce, default);
        return 1;
    }

    private AssertionHeaders Issue(in OutgoingAssertion assertion)
    {
        KeyGrant grant = assertion.Grant!;
        ReadOnlySpan<char> uri = PathAndQuery(assertion.Url);
        int size = AssertionClaims.MaxLength(assertion.User, assertion.Method, uri, assertion.Content.ContentType);
        byte[]? rented = size > StackLimit ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> claims = rented ?? stackalloc byte[StackLimit];

        int length = AssertionClaims.Write(assertion.User, assertion.Milliseconds / 1000, assertion.Method, uri, assertion.Content, claims);
        string? cert = AssertionToken.Seal(claims[..length], grant, assertion.Milliseconds);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return new AssertionHeaders(HeaderFamily.Atlassian, assertion.Keys.Id, Version.Name, grant.Token, magic: null, cert, signature: null);
    }

    private static bool IsHttp2(StringValues upgrade) => upgrade is [{ } protocol] && protocol.Equals("h2c", StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> PathAndQuery(string url)
    {
        int authority = url.IndexOf("://", StringComparison.Ordinal);
        int path = authority < 0 ? -1 : url.AsSpan(authority + 3).IndexOfAny('/', '?');
        if (path < 0 || url[authority + 3 + path] == '?') throw new ArgumentException("The URL is to be absolute, with at least / for a path.", nameof(url));
        ReadOnlySpan<char> uri = url.AsSpan(authority + 3 + path);
        if (uri.ContainsAnyExceptInRange('!', '~')) throw new ArgumentException("The URL's path and query are to be printable ASCII, as they are sent.", nameof(url));
        return uri;
    }
}
