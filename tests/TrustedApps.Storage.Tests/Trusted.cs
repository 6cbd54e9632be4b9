using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Storage.Tests;

/// <summary>Trusts in applications of any id, made quickly: they share the wiki's keys.</summary>
internal static class Trusted
{
    private static readonly ConcurrentDictionary<string, ApplicationKeys> _keysOf = new(StringComparer.Ordinal);

    public static TrustConditions Everything { get; } = new() { Addresses = ["*"], Urls = ["*"] };

    /// <summary>The application's own keys; the same instance for the same id.</summary>
    public static ApplicationKeys KeysOf(string id) => _keysOf.GetOrAdd(id, static id => WithId(id, TestKeys.Wiki));

    /// <summary>The same keys under another id.</summary>
    public static ApplicationKeys WithId(string id, ApplicationKeys keys)
    {
        JsonObject file = JsonNode.Parse(keys.ToBytes())!.AsObject();
        file["id"] = id;
        return ApplicationKeys.Parse(Encoding.UTF8.GetBytes(file.ToJsonString()));
    }

    public static CertificateRecord RecordOf(string id, string? baseUrl = "https://app.example", DateTimeOffset? now = null) => CertificateRecord.Establish(
        KeysOf(id).ToCertificate(), baseUrl is null ? null : BaseUrl.Parse(baseUrl), now ?? DateTimeOffset.UnixEpoch.AddYears(56));

    /// <summary>The certificate of keys whose next ones are in use and whose first ones have left it.</summary>
    public static ApplicationCertificate LaterCertificateOf(ApplicationKeys keys)
    {
        DateTimeOffset rotated = TimeProvider.System.GetUtcNow().AddSeconds(10);
        return keys.Rotate(rotated).ToCertificate(time: new ManualTimeProvider(rotated.AddDays(8)));
    }

    /// <summary>A trust by certificate, allowed everything unless something else is said.</summary>
    public static TrustedApplication In(string id, string? name = null, TrustConditions? conditions = null, LegacyAccess? legacy = null) =>
        new(RecordOf(id), conditions ?? Everything, legacy) { Name = name ?? id };

    /// <summary>A trust by legacy key.</summary>
    public static TrustedApplication InLegacy(string id, string? name = null, TrustConditions? conditions = null) =>
        new(id, TestKeys.Blog.PublicKey, conditions ?? Everything) { Name = name ?? id };
}
