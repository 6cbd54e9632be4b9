using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrustedApps.Keys;
using static System.Buffers.Text.Base64Url;

namespace TrustedApps.Bench.Setup;

/// <summary>Keys of 2,048 bits, made once for everything that is measured: raw operations use the same ones.</summary>
internal static class BenchKeys
{
    private static readonly RSA _wikiSigning = RSA.Create(2048);
    private static readonly RSA _wikiEncryption = RSA.Create(2048);
    private static readonly RSA _trackerSigning = RSA.Create(2048);

    /// <summary>The consumer's key under the older versions; JWTs and raw operations are made with it as well.</summary>
    public static RSA Legacy { get; } = RSA.Create(2048);

    /// <summary>What grants are wrapped for.</summary>
    public static RSA TrackerEncryption { get; } = RSA.Create(2048);

    /// <summary>The provider.</summary>
    public static ApplicationKeys Tracker { get; } = Make("tracker", legacy: null, _trackerSigning, TrackerEncryption);

    /// <summary>The consumer.</summary>
    public static ApplicationKeys Wiki { get; } = Consumer("wiki");

    /// <summary>A consumer of any id. All of them have the same keys: making keys takes long.</summary>
    public static ApplicationKeys Consumer(string id) => Make(id, Legacy, _wikiSigning, _wikiEncryption);

    private static ApplicationKeys Make(string id, RSA? legacy, RSA signing, RSA encryption)
    {
        var keys = new JsonArray(Jwk(signing, "sig", "PS256"), Jwk(encryption, "enc", "RSA-OAEP-256"));
        if (legacy is not null) keys.Add(Jwk(legacy, "legacy", algorithm: null));
        long yesterday = TimeProvider.System.GetUtcNow().AddDays(-1).ToUnixTimeSeconds();
        return ApplicationKeys.Parse(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["id"] = id, ["changedAt"] = yesterday, ["keys"] = keys }));
    }

    private static JsonObject Jwk(RSA rsa, string use, string? algorithm)
    {
        RSAParameters key = rsa.ExportParameters(includePrivateParameters: true);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = use,
            ["alg"] = algorithm,
            ["status"] = "current",
            ["n"] = EncodeToString(key.Modulus),
            ["e"] = EncodeToString(key.Exponent),
            ["d"] = EncodeToString(key.D),
            ["p"] = EncodeToString(key.P),
            ["q"] = EncodeToString(key.Q),
            ["dp"] = EncodeToString(key.DP),
            ["dq"] = EncodeToString(key.DQ),
            ["qi"] = EncodeToString(key.InverseQ),
        };
    }
}
