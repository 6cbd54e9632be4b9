using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrustedApps.Certificates;

/// <summary>A certificate record as it is stored: the documents as they were signed, and their state.</summary>
internal sealed class StoredRecord
{
    public required string Name { get; init; }

    public string? BaseUrl { get; init; }

    public required string Certificate { get; init; }

    public DateTimeOffset? KeysIssuedAt { get; init; } // null in records of before: that of the certificate

    public string? Pending { get; init; }

    public DateTimeOffset? TakesEffectAt { get; init; }

    public StoredHold? Hold { get; init; } // null in records of before: nothing was counted yet

    public string? Dropped { get; init; }

    public DateTimeOffset? DroppedAt { get; init; }

    public string? Replaced { get; init; }

    public DateTimeOffset? ReplacedKeysIssuedAt { get; init; }

    public DateTimeOffset LastConfirmedAt { get; init; }

    public required IReadOnlyList<string> Removed { get; init; }

    public required IReadOnlyList<string> Rejected { get; init; }

    public required IReadOnlyList<string> RejectedKeys { get; init; }

    public static string TextOf(ApplicationCertificate certificate) => Encoding.ASCII.GetString(certificate.ToBytes());

    public static string? FindText(ApplicationCertificate? certificate) =>
        certificate is null ? null : TextOf(certificate);

    /// <exception cref="FormatException">The text is not a certificate.</exception>
    public static ApplicationCertificate? Find(string? text) => text is null ? null : Read(text);

    /// <exception cref="FormatException">The text is not a certificate.</exception>
    public static ApplicationCertificate Read(string text)
    {
        byte[] document = Encoding.ASCII.GetBytes(text);
        return new ApplicationCertificate(SignedCertificate.ReadStored(document), document);
    }

    /// <exception cref="FormatException">
    /// The text is not a record, or it has members of a later version, which this program would lose.
    /// </exception>
    public static StoredRecord Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            StoredRecord record =
                JsonSerializer.Deserialize(json, StoredRecordJson.Default.StoredRecord)
                ?? throw new FormatException("There is no stored record.");
            IReadOnlyList<string>[] lists = [record.Removed, record.Rejected, record.RejectedKeys];
            return Array.Exists(lists, list => list.Any(text => text is null))
                ? throw new FormatException("There is a null in a list of the stored record.")
                : record;
        }
        catch (JsonException cause)
        {
            throw new FormatException("The stored record cannot be read.", cause);
        }
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, StoredRecordJson.Default.StoredRecord);
}

/// <summary>The hourly checks of a replacement that is held.</summary>
internal sealed class StoredHold
{
    public required DateTimeOffset NextCheckAt { get; init; }

    public required int TimesServed { get; init; }

    public required uint LastChecks { get; init; }

    public required DateTimeOffset KeysIssuedAt { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(StoredRecord))]
internal sealed partial class StoredRecordJson : JsonSerializerContext;
