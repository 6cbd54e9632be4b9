using System.Text.Json;
using System.Text.Json.Serialization;
using TrustedApps.Certificates;
using TrustedApps.Conditions;
using TrustedApps.Keys;

namespace TrustedApps.Storage.Trusts;

/// <summary>
/// Name, state and conditions of a trust, as the store writes them. The certificate record has a column of its own.
/// </summary>
internal sealed record TrustRecord
{
    public required string Name { get; init; }

    public bool IsSuspended { get; init; }

    public required ConditionsDocument Conditions { get; init; }

    public LegacyDocument? Legacy { get; init; }

    public static TrustRecord Of(TrustedApplication trust) => new()
    {
        Name = trust.Name,
        IsSuspended = trust.IsSuspended,
        Conditions = ConditionsDocument.Of(trust.Conditions),
        Legacy = trust switch
        {
            { Record: null } => new LegacyDocument { PublicKey = trust.Legacy!.PublicKey.ToBase64() },
            { Legacy: { } access } => LegacyDocument.Of(access),
            _ => null,
        },
    };

    /// <exception cref="FormatException">
    /// The text is not valid, or has a member that this program does not support: the member may be a restriction.
    /// </exception>
    public static TrustRecord Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TrustRecordJson.Default.TrustRecord)
                ?? throw new FormatException("The terms of the trust are null.");
        }
        catch (JsonException cause)
        {
            throw new FormatException("The terms of the trust cannot be read.", cause);
        }
    }

    /// <exception cref="FormatException">The terms and the record do not make a valid trust.</exception>
    public TrustedApplication ToTrust(string id, CertificateRecord? record)
    {
        if (record is not null && record.Id != id)
        {
            throw new FormatException("The certificate record belongs to another application.");
        }

        try
        {
            return record is not null
                ? new TrustedApplication(record, Conditions.ToConditions(), Legacy?.ToAccess())
                {
                    Name = Name,
                    IsSuspended = IsSuspended,
                }
                : new TrustedApplication(
                    id,
                    RsaPublicKey.Parse(Legacy?.PublicKey ?? throw new FormatException("The trust has no key.")),
                    Conditions.ToConditions()
                )
                {
                    Name = Name,
                    IsSuspended = IsSuspended,
                };
        }
        catch (ArgumentException cause)
        {
            throw new FormatException($"The terms of the trust cannot be used: {cause.Message}", cause);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, TrustRecordJson.Default.TrustRecord);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(TrustRecord))]
internal sealed partial class TrustRecordJson : JsonSerializerContext;
