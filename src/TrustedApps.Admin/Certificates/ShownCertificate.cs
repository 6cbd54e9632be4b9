using System.Text.Json.Serialization;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Certificates;

/// <summary>A certificate as an administrator saw it.</summary>
/// <param name="Url">The base URL that it came from.</param>
/// <param name="Id">The application id.</param>
/// <param name="Name">The name that the application gives itself; hostile text.</param>
/// <param name="PublicKeys">The signing keys, or the legacy one: base64 of SubjectPublicKeyInfo.</param>
/// <param name="IsLegacy">Whether the application speaks older versions only.</param>
/// <param name="Version">The version that a legacy certificate states.</param>
/// <param name="Returning">
/// The thumbprints of the keys that were shown as removed or rejected: no others may return.
/// </param>
internal sealed record ShownCertificate(
    string Url,
    string Id,
    string Name,
    IReadOnlyList<string> PublicKeys,
    bool IsLegacy,
    int? Version,
    IReadOnlyList<string> Returning
)
{
    [JsonIgnore]
    public IReadOnlyList<RsaPublicKey> Keys => [.. PublicKeys.Select(RsaPublicKey.Parse)];

    /// <summary>What is known of the keys, by thumbprint, if they replace others.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, KeyMark> Marks { get; init; } =
        new Dictionary<string, KeyMark>(StringComparer.Ordinal);

    /// <summary>The encryption keys that an administrator removed or rejected.</summary>
    [JsonIgnore]
    public IReadOnlyList<RsaPublicKey> OtherReturningKeys { get; init; } = [];

    public static ShownCertificate Of(FoundCertificate found) =>
        new(
            found.BaseUrl.Text,
            found.Id,
            found.Name,
            [.. found.SigningKeys.Select(key => key.ToBase64())],
            found.Certificate is null,
            found.Legacy?.Version,
            Returning: []
        );

    public bool HasKeysOf(FoundCertificate found) =>
        IsLegacy == (found.Certificate is null) && found.HasExactly([.. Keys.Select(key => key.Thumbprint)]);
}
