using TrustedApps.Keys;

namespace TrustedApps.Tool.Tests.Cases;

/// <summary>What a request case of version 4 is made of.</summary>
internal static class Version4Case
{
    public const string Origin = "https://tracker.example";

    public static AssertionIssuer NewIssuer(ApplicationKeys? keys = null, long now = GoodCase.Now, string baseUrl = Origin) => new(
        keys ?? TestKeys.Wiki, TestKeys.Tracker.ToCertificate(), BaseUrl.Parse(baseUrl), new FixedTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(now)));

    public static JsonObject Provider(params string[] baseUrls) => new()
    {
        ["id"] = TestKeys.Tracker.Id,
        ["keys"] = KeyRingOf(TestKeys.Tracker),
        ["baseUrls"] = new JsonArray([.. (baseUrls is [] ? [Origin] : baseUrls).Select(url => JsonValue.Create(url))]),
    };

    public static JsonNode KeyRingOf(ApplicationKeys keys)
    {
        using var folder = new ScratchFolder();
        string file = folder.PathOf("keys");
        keys.Save(file);
        return JsonNode.Parse(File.ReadAllText(file))!;
    }

    public static JsonNode CertificateOf(ApplicationKeys keys) => JsonNode.Parse(keys.ToCertificate().ToBytes())!;

    public static JsonObject TrustOf(ApplicationKeys keys)
    {
        JsonObject trust = GoodCase.Trust(keys.Id, "4");
        trust.Remove("publicKey");
        trust["certificate"] = CertificateOf(keys);
        return trust;
    }
}
