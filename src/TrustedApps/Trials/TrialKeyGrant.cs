using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Protocols;
using TrustedApps.Protocols.Version4;
using TrustedApps.Responses;

namespace TrustedApps.Trials;

/// <summary>
/// A key grant that a person keeps in a file to try out requests of version 4 one by one, and to check the proofs of
/// their responses (specification version-4.md, section 3). Immutable; safe for concurrent use.
/// </summary>
/// <remarks>
/// For trials only: the file holds the session key. An application uses <see cref="AssertionIssuer"/>, whose key grants
/// never leave its process.
/// </remarks>
public sealed class TrialKeyGrant
{
    private const long Lifetime = 600; // seconds
    private const long BackDating = 300; // seconds; version-4.md, section 5

    private readonly TrialKeyGrantText _text;
    private readonly KeyGrant _grant;

    private TrialKeyGrant(TrialKeyGrantText text)
    {
        _text = text;
        _grant = text.Derive();
    }

    /// <summary>The id of the consumer that signed the key grant.</summary>
    public string Issuer => _text.Issuer;

    /// <summary>The id of the provider that it is for.</summary>
    public string Audience => _text.Audience;

    /// <summary>The base URL that it is for.</summary>
    public string BaseUrl => _text.BaseUrl;

    /// <summary>Creates a key grant, which is good for 10 minutes.</summary>
    /// <param name="keys">The consumer's id and keys.</param>
    /// <param name="provider">The provider's certificate.</param>
    /// <param name="baseUrl">The base URL to which requests are sent.</param>
    /// <param name="forProvenResponses">
    /// Whether requests under it will demand response proofs. It is then dated back by 5 minutes, so that the provider
    /// can prove that its clock differs.
    /// </param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="cancellationToken">Cancels the wait for a private key.</param>
    /// <returns>The key grant, which only this process has.</returns>
    /// <exception cref="ArgumentException">
    /// The consumer has no keys of version 4, or the key grant would be longer than 8,000 characters.
    /// </exception>
    public static async ValueTask<TrialKeyGrant> CreateAsync(
        ApplicationKeys keys,
        ApplicationCertificate provider,
        BaseUrl baseUrl,
        bool forProvenResponses = false,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(baseUrl);
        AssertionIssuer.RequireVersion4(keys);
        long now = (time ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds();
        byte[] sessionKey = RandomNumberGenerator.GetBytes(KeyGrant.SessionKeySize);
        KeyGrant made = await KeyGrantToken
            .IssueAsync(
                [.. sessionKey],
                keys,
                provider.Id,
                baseUrl,
                KeyGrantRecipient.Of(provider).EncryptionKey,
                (Math.Max(0, forProvenResponses ? now - BackDating : now), now + Lifetime),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new(TrialKeyGrantText.Of(made.Token, sessionKey));
    }

    /// <summary>Loads a file that <see cref="Save"/> has written.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The key grant, which may have expired.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The file does not hold a key grant. The message never repeats its content.
    /// </exception>
    public static TrialKeyGrant Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(TrialKeyGrantFile.Read(path));
    }

    /// <summary>
    /// Writes the key grant and its session key into a file that only its owner can read. Delete the file after the
    /// trials.
    /// </summary>
    /// <param name="path">The file: a new one, or one that this method has written.</param>
    /// <exception cref="IOException">The file cannot be written, or holds something other than a key grant.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        TrialKeyGrantFile.Write(_text, path);
    }

    /// <summary>Issues the headers of one request under the key grant.</summary>
    /// <param name="keys">The consumer's id and keys: the key that signed the key grant is among them.</param>
    /// <param name="request">The request.</param>
    /// <param name="withoutKey">
    /// Whether to leave out the Key header, because the provider keeps the key grant already.
    /// </param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <returns>The headers to set.</returns>
    /// <exception cref="ArgumentException">
    /// A part of the request cannot be sent safely, or the key grant belongs to other keys.
    /// </exception>
    public AssertionHeaders Issue(
        ApplicationKeys keys,
        OutgoingRequest request,
        bool withoutKey = false,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Id != Issuer || !keys.Keys.Any(key => key.PublicKey.Thumbprint == _text.SigningKeyId))
        {
            throw new ArgumentException(
                $"The key grant was signed by a key of '{Issuer}' that is not among these keys of '{keys.Id}', so the provider would refuse the request. Take the keys that it was made with, or make another key grant.",
                nameof(keys)
            );
        }

        AssertionIssuer.RequireMethod(request.Method);
        long now = (time ?? TimeProvider.System).GetUtcNow().ToUnixTimeMilliseconds();
        return Version4Protocol.Issue(new OutgoingAssertion(keys, request, now), _grant, namesGrant: withoutKey);
    }

    /// <summary>Checks the proof of a response to a request that was issued under this key grant.</summary>
    /// <param name="proof">The value of the header, or of the trailer, <see cref="ResponseProver.HeaderName"/>.</param>
    /// <param name="cert">The Cert header of the request.</param>
    /// <param name="response">
    /// The response as it was received: status, Content-Type, Content-Encoding, Content-Range and Location. The proof
    /// alone says whether it is a refusal, so <see cref="ProvenResponse.Error"/> does not count.
    /// </param>
    /// <param name="content">
    /// The content as it was received, content coding included; empty if there is none. It is not compared if the claim
    /// <c>dig</c> is <c>trailer</c> or <c>none</c>.
    /// </param>
    /// <param name="claims">The claims as they were proven: a JSON object.</param>
    /// <param name="problem">The reason why the proof does not hold.</param>
    /// <returns>Whether the proof is good, and this is the response that it proves.</returns>
    public bool TryCheckProof(
        string proof,
        string cert,
        ProvenResponse response,
        ReadOnlySpan<byte> content,
        [NotNullWhen(true)] out string? claims,
        [NotNullWhen(false)] out string? problem
    )
    {
        ArgumentNullException.ThrowIfNull(proof);
        ArgumentNullException.ThrowIfNull(cert);
        ArgumentNullException.ThrowIfNull(response);
        claims = null;
        if (!IsUnderThisGrant(cert))
        {
            problem = "the request was issued under another key grant";
            return false;
        }

        ResponseProof? read = ResponseProofToken.Read(proof, _grant.ResponseKey, _grant.Id, out string wrong);
        problem = read is null
            ? wrong
            : ReceivedResponse.FindProblem(read, AssertionToken.FindNonce(cert).ToString(), response)
                ?? ReceivedResponse.FindContentProblem(read.Response, content);
        if (problem is not null) return false;
        claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(proof.Split('.')[1]));
        return true;
    }

    /// <summary>Returns the id of the key grant.</summary>
    /// <returns>The id; no secret.</returns>
    public override string ToString() => _grant.Id;

    private bool IsUnderThisGrant(string cert)
    {
        if (cert.Length > AssertionToken.MaxLength) return false;
        Span<byte> opened = stackalloc byte[AssertionToken.MaxLength];
        return AssertionToken.TryOpen(cert, _grant, opened, out _, out _);
    }
}
