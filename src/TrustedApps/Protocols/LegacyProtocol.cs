using System.Diagnostics.CodeAnalysis;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.Protocols;

/// <summary>
/// One version of the protocol that is older than version 4, both sides. The package TrustedApps.Legacy implements
/// them. The verifier calls the members of the provider's side in their order below. It checks time, origin, conditions
/// and replay itself. Safe for concurrent use.
/// </summary>
[Experimental("TA0001")]
public abstract class LegacyProtocol
{
    /// <summary>Creates a protocol.</summary>
    /// <param name="version">The version.</param>
    /// <exception cref="ArgumentException">The version is not older than version 4.</exception>
    protected LegacyProtocol(ProtocolVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        if (!version.IsLegacy)
        {
            throw new ArgumentException($"Version {version} is not older than version 4.", nameof(version));
        }

        Version = version;
    }

    /// <summary>The version.</summary>
    public ProtocolVersion Version { get; }

    /// <summary>Consumer: issues one assertion.</summary>
    /// <param name="keys">The consumer's keys, with a legacy key.</param>
    /// <param name="user">The user on whose behalf the request is made.</param>
    /// <param name="url">The URL exactly as it is requested.</param>
    /// <param name="milliseconds">The time stamp: milliseconds since 1970.</param>
    /// <param name="cancellationToken">Cancels the wait for the private key.</param>
    /// <returns>The headers.</returns>
    /// <exception cref="ArgumentException">
    /// User or URL cannot be sent safely; the parameter's name is <c>user</c> or <c>url</c>.
    /// </exception>
    public abstract ValueTask<LegacyHeaders> IssueAsync(
        ApplicationKeys keys, string user, string url, long milliseconds, CancellationToken cancellationToken);

    /// <summary>Provider: finds the first header that every request of this version has and this one lacks.</summary>
    /// <param name="headers">The headers. Cert is not blank.</param>
    /// <returns>The rejection; null when none is missing.</returns>
    public virtual LegacyRejection? FindMissingHeader(in LegacyHeaders headers) => null;

    /// <summary>Provider: decrypts and reads the assertion. Hostile input must not throw.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="publicKey">The application's legacy key, as the trust has it.</param>
    /// <param name="assertion">The content of the assertion; not proven.</param>
    /// <returns>The rejection; null when the assertion could be read.</returns>
    public abstract LegacyRejection? Open(
        in LegacyHeaders headers,
        RsaPublicKey publicKey,
        out LegacyAssertion assertion
    );

    /// <summary>
    /// Provider: verifies the signature over the URL, if the version has one. Hostile input must not throw.
    /// </summary>
    /// <param name="headers">The headers.</param>
    /// <param name="publicKey">The application's legacy key, as the trust has it.</param>
    /// <param name="assertion">The opened assertion.</param>
    /// <param name="url">The URL of the request, exactly as it was received.</param>
    /// <returns>The rejection; null if the signature is valid, or the version needs none.</returns>
    public abstract LegacyRejection? CheckSignature(
        in LegacyHeaders headers, RsaPublicKey publicKey, in LegacyAssertion assertion, string url);

    /// <summary>Provider: writes the replay keys of an assertion whose signature is valid.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="assertion">The opened assertion.</param>
    /// <param name="url">The URL of the request, exactly as it was received.</param>
    /// <param name="keys">Room for <see cref="ReplayEntry.MaxMarks"/> keys.</param>
    /// <returns>The number of keys written: one or two.</returns>
    public abstract int GetReplayKeys(
        in LegacyHeaders headers,
        in LegacyAssertion assertion,
        string url,
        Span<ReplayKey> keys
    );

    /// <summary>
    /// Provider: caches values that make the next request of the application cheaper. Called once every check has
    /// passed.
    /// </summary>
    /// <param name="publicKey">The application's legacy key, as the trust has it.</param>
    /// <param name="assertion">The opened assertion.</param>
    public virtual void Accepted(RsaPublicKey publicKey, in LegacyAssertion assertion)
    {
    }

    /// <summary>Returns the name of the version.</summary>
    /// <returns>The name.</returns>
    public sealed override string ToString() => Version.Name;
}
