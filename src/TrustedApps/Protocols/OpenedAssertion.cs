using TrustedApps.Content;
using TrustedApps.Diagnostics;
using TrustedApps.Protocols.Atlassian;

namespace TrustedApps.Protocols;

/// <summary>What an assertion says, before it is proven.</summary>
/// <param name="Milliseconds">The time stamp: milliseconds since 1970.</param>
/// <param name="User">The user name; null when the application acts as itself.</param>
/// <param name="Key">The symmetric key that encrypted it, in versions 1 and 2.</param>
internal readonly record struct OpenedAssertion(long Milliseconds, string? User, OpenedKey? Key = null)
{
    public override string ToString() => nameof(OpenedAssertion); // not the key

    /// <summary>Version 4: what of the request is not what the assertion was made for, or null.</summary>
    public RejectionReason? Mismatch { get; init; }

    /// <summary>Version 4: what the assertion says of the content.</summary>
    public ContentDigest Content { get; init; }

    /// <summary>Version 4: grant id and initialization vector, which together come once.</summary>
    public UInt128 Nonce { get; init; }
}
