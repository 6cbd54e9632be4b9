using System.Security.Cryptography;
using System.Text;
using TrustedApps.Keys;
using TrustedApps.Legacy;

namespace TrustedApps.Bench.Setup;

/// <summary>The older versions, and the RSA operations of the base class library that they use.</summary>
internal sealed class OlderVersions
{
    private static readonly byte[] _baseString = Encoding.UTF8.GetBytes($"1795000001000\n{BenchFixture.Url}\nuser000");

    private readonly byte[] _signature = BenchKeys.Legacy.SignData(_baseString, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);

    /// <summary>A trust under the older versions in which assertions that were made before a run are good until its end.</summary>
    public static TrustedApplication Trust(bool refuseReplays) => new(
        "wiki",
        RsaPublicKey.Parse(BenchKeys.Wiki.PublicKey.ToBase64()), // a new instance: results of raw RSA are cached with the key
        BenchFixture.Conditions(timeout: TimeSpan.FromHours(2), refuseReplays: refuseReplays, versions: [.. ProtocolVersion.All.Where(version => version.IsLegacy)]));

    public static AssertionIssuer Issuer(ProtocolVersion version) => new(BenchKeys.Wiki, LegacyProtocols.Find(version));

    /// <summary>Requests with an assertion each.</summary>
    public static IncomingRequest[] Requests(ProtocolVersion version, int count)
    {
        AssertionIssuer issuer = Issuer(version);
        return [.. Enumerable.Range(0, count).Select(number => BenchFixture.Request(issuer.Issue(BenchFixture.User(number), BenchFixture.Url)))];
    }

    public static byte[] Sign() => BenchKeys.Legacy.SignData(_baseString, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);

    public void CheckSignature()
    {
        if (!BenchKeys.Legacy.VerifyData(_baseString, _signature, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1)) throw new InvalidOperationException("Bad signature.");
    }
}
