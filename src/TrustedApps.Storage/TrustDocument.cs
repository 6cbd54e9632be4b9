using System.Text.Json;
using System.Text.Json.Serialization;
using TrustedApps.Certificates;
using TrustedApps.Conditions;
using TrustedApps.Keys;

namespace TrustedApps.Storage;

/// <summary>A trust as the management API, the tool and the audit trail show it in JSON.</summary>
public sealed record TrustDocument
{
    /// <summary>The application id.</summary>
    public required string Id { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Grows with each change.</summary>
    public required long Version { get; init; }

    /// <summary>Whether the trust is suspended.</summary>
    public bool Suspended { get; init; }

    /// <summary>The versions that are accepted at the time of writing.</summary>
    public required IReadOnlyList<string> AcceptedVersions { get; init; }

    /// <summary>The conditions of the trust.</summary>
    public required ConditionsDocument Conditions { get; init; }

    /// <summary>The access under older versions; null for none.</summary>
    public LegacyDocument? Legacy { get; init; }

    /// <summary>The base URL that the certificate is refreshed from; null if it is not refreshed.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>The fingerprints of the trusted signing keys.</summary>
    public IReadOnlyList<string> SigningKeys { get; init; } = [];

    /// <summary>The fingerprints of the signing keys of a pending certificate.</summary>
    public IReadOnlyList<string> PendingKeys { get; init; } = [];

    /// <summary>When the pending certificate takes effect, unless an administrator decides sooner.</summary>
    public DateTimeOffset? PendingUntil { get; init; }

    /// <summary>The number of hourly checks that found the pending certificate.</summary>
    public int? PendingServed { get; init; }

    /// <summary>The number of hourly checks that found another certificate than the pending one.</summary>
    public int? PendingNotServed { get; init; }

    /// <summary>When a pending certificate was dropped because it was no longer served.</summary>
    public DateTimeOffset? DroppedAt { get; init; }

    /// <summary>The fingerprints of the signing keys of the certificate that can be restored.</summary>
    public IReadOnlyList<string> ReplacedKeys { get; init; } = [];

    /// <summary>The thumbprints of removed keys.</summary>
    public IReadOnlyList<string> RemovedKeys { get; init; } = [];

    /// <summary>When a fetch last confirmed these keys.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>When the trust was added.</summary>
    public DateTimeOffset AddedAt { get; init; }

    /// <summary>The administrator who added it.</summary>
    public required string AddedBy { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>Makes the document of a trust.</summary>
    /// <param name="stored">The trust.</param>
    /// <param name="now">The time.</param>
    /// <returns>The document.</returns>
    public static TrustDocument Of(StoredTrust stored, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(stored);
        TrustedApplication trust = stored.Trust;
        CertificateRecord? record = trust.Record;
        return new TrustDocument
        {
            Id = trust.Id,
            Name = trust.Name,
            Version = stored.Version,
            Suspended = trust.IsSuspended,
            AcceptedVersions =
            [
                .. ProtocolVersion
                    .All.Where(version => trust.TryFindConditions(version, now, out _))
                    .Select(version => version.Name),
            ],
            Conditions = ConditionsDocument.Of(trust.Conditions),
            Legacy =
                record is null ? new LegacyDocument { PublicKey = trust.Legacy!.PublicKey.ToBase64() }
                : trust.Legacy is { } access ? LegacyDocument.Of(access)
                : null,
            BaseUrl = record?.BaseUrl?.Text,
            SigningKeys = FingerprintsOf(record?.SigningKeys ?? [trust.Legacy!.PublicKey]),
            PendingKeys = FingerprintsOf(record?.Pending?.Certificate.SigningKeys ?? []),
            PendingUntil = record?.Pending?.TakesEffectAt,
            PendingServed = record?.Pending?.TimesServed,
            PendingNotServed = record?.Pending?.TimesNotServed,
            DroppedAt = record?.Dropped?.DroppedAt,
            ReplacedKeys = FingerprintsOf(record?.Replaced?.SigningKeys ?? []),
            RemovedKeys = [.. (record?.RemovedThumbprints ?? []).Order(StringComparer.Ordinal)],
            ConfirmedAt = record?.LastConfirmedAt,
            AddedAt = stored.AddedAt,
            AddedBy = stored.AddedBy,
            ChangedAt = stored.ChangedAt,
        };
    }

    /// <summary>Writes the document as JSON.</summary>
    /// <returns>One line.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, TrustDocumentJson.Default.TrustDocument);

    private static IReadOnlyList<string> FingerprintsOf(IEnumerable<RsaPublicKey> keys) =>
        [.. keys.Select(key => key.Fingerprint)];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(TrustDocument))]
internal sealed partial class TrustDocumentJson : JsonSerializerContext;
