namespace TrustedApps.Tool.Tests.Cases;

/// <summary>A request case that is accepted, for tests to change.</summary>
internal static class GoodCase
{
    public const long Now = 1_800_000_000_000;

    public static JsonObject Create(string version = "3", string user = "fred", string target = "/rest/issues?mine=1")
    {
        var clock = new StandingClock(DateTimeOffset.FromUnixTimeMilliseconds(Now));
        var issuer = new AssertionIssuer(TestKeys.Wiki, ProtocolVersion.Parse(version), time: clock);
        AssertionHeaders headers = issuer.Issue(user, $"https://tracker.example{target}");
        return new JsonObject
        {
            ["id"] = "good",
            ["now"] = Now,
            ["trust"] = new JsonArray(Trust("wiki", version)),
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
                ["headers"] = new JsonArray([.. headers.Enumerate().Select(header => new JsonArray(header.Key, header.Value))]),
            },
        };
    }

    public static JsonObject Trust(string id, string version = "3") => new()
    {
        ["id"] = id,
        ["publicKey"] = TestKeys.Wiki.PublicKey.ToBase64(),
        ["versions"] = new JsonArray(version),
        ["timeoutMs"] = 60_000,
        ["addresses"] = new JsonArray("*"),
        ["urls"] = new JsonArray("*"),
    };
}
