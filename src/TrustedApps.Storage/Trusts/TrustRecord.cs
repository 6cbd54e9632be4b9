using System.Text.Json;
using System.Text.Json.Serialization;
using TrustedApps.Certificates;
using TrustedApps.Conditions;
using TrustedApps.Keys;

namespace TrustedApps.Storage.Trusts;

/// <summary>What was agreed with an application, as the store writes it. The certificate record is kept beside it.</summary>
internal sealed record TrustRecord
{
    // By reflection: generated code does not keep the defaults of what an older program did not write.
    private static readonly JsonSerializerOptions _strict = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

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

    /// <exception cref="FormatException">The text is not that; or it says more than this program knows, which may be a restriction.</exception>
    public static TrustRecord Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<TrustRecord>(json, _strict) ?? throw new FormatException("There are no terms.");
        }
        catch (JsonException cause)
        {
            throw new FormatException("The terms of the trust cannot be read.", cause);
        }
    }

    /// <exception cref="FormatException">They make no trust.</exception>
    public TrustedApplication ToTrust(string id, CertificateRecord? record)
    {
        if (record is not null && record.Id != id) throw new FormatException("The certificate record is another application's.");
        try
        {
            return record is not null
                ? new TrustedApplication(record, Conditions.ToConditions(), Legacy?.ToAccess()) { Name = Name, IsSuspended = IsSuspended }
                : new TrustedApplication(id, RsaPublicKey.Parse(Legacy?.PublicKey ?? throw new FormatException("The trust has no key.")), Conditions.ToConditions()) { Name = Name, IsSuspended = IsSuspended };
        }
        catch (ArgumentException cause)
        {
            throw new FormatException($"The terms of the trust cannot be used: {cause.Message}", cause);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, _strict);
}
