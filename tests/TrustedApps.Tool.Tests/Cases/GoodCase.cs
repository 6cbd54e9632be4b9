namespace TrustedApps.Tool.Tests.Cases;

/// <summary>A request case that is accepted, for tests to change.</summary>
internal static class GoodCase
{
    public const long Now = 1_800_000_000_000;

    public static JsonObject Create(string version = "3", string user = "fred", string target = "/rest/issues?mine=1")
    {
        FixedTimeProvider clock = new FixedTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Now));
        AssertionIssuer issuer = version == "4" ? Version4Case.NewIssuer() : new AssertionIssuer(TestKeys.Wiki, LegacyProtocols.Find(ProtocolVersion.Parse(version)), postDate: false, time: clock);
        JsonObject json = Create(issuer.Issue(user, $"https://tracker.example{target}"), Trust("wiki", version), target);
        if (version == "4") json["provider"] = Version4Case.Provider();
        return json;
    }

    public static JsonObject Create(AssertionHeaders headers, JsonObject trust, string target = "/rest/issues?mine=1") => new()
    {
        ["id"] = "good",
        ["now"] = Now,
        ["trust"] = new JsonArray(trust),
        ["users"] = new JsonArray("fred", "barney"),
        ["deniedUsers"] = new JsonArray("barney"),
        ["request"] = new JsonObject
        {
            ["method"] = "GET",
            ["scheme"] = "https",
            ["host"] = "tracker.example",
            ["pathBase"] = "",
            ["target"] = target,
            ["remoteAddress"] = "192.0.2.1",
            ["headers"] = ToJson(headers),
        },
    };

    public static JsonObject Trust(string id, string version = "3")
    {
        var trust = new JsonObject
        {
            ["id"] = id,
            ["publicKey"] = TestKeys.Wiki.PublicKey.ToBase64(),
            ["versions"] = new JsonArray(version),
            ["timeoutMs"] = 60_000,
            ["addresses"] = new JsonArray("*"),
            ["urls"] = new JsonArray("*"),
        };
        if (version == "4") trust["certificate"] = Version4Case.CertificateOf(TestKeys.Wiki);
        return trust;
    }

    public static JsonArray ToJson(AssertionHeaders headers) => [.. headers.Enumerate().Select(header => new JsonArray(header.Key, header.Value))];
}
