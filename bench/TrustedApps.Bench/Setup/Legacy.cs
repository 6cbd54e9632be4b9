using System.Security.Cryptography;
using System.Text;

namespace TrustedApps.Bench.Setup;

/// <summary>Versions 2 and 3, and the RSA operations of the base class library that they rest on.</summary>
internal sealed class Legacy
{
    private static readonly byte[] _baseString = Encoding.UTF8.GetBytes($"1795000001000\n{Scene.Url}\nuser000");

    private readonly byte[] _signature = BenchKeys.Legacy.SignData(_baseString, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);

    public AssertionIssuer Issuer2 { get; } = new(BenchKeys.Wiki, ProtocolVersion.Atlassian2);

    public AssertionIssuer Issuer3 { get; } = new(BenchKeys.Wiki, ProtocolVersion.Atlassian3);

    /// <summary>A trust under versions 2 and 3 in which assertions that were made before a run are good until its end.</summary>
    public static TrustedApplication Trust(bool refuseReplays) => new(
        "wiki",
        BenchKeys.Wiki.PublicKey,
        Scene.Conditions(timeout: TimeSpan.FromHours(2), refuseReplays: refuseReplays, versions: [ProtocolVersion.Atlassian2, ProtocolVersion.Atlassian3]));

    public static byte[] Sign() => BenchKeys.Legacy.SignData(_baseString, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);

    public void CheckSignature()
    {
        if (!BenchKeys.Legacy.VerifyData(_baseString, _signature, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1)) throw new InvalidOperationException("Bad signature.");
    }
}
