using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using TrustedApps.Bench.Setup;

namespace TrustedApps.Bench.Benchmarks;

/// <summary>The operations that nothing here can be faster than, of the base class library and of BouncyCastle.</summary>
[MemoryDiagnoser]
public class FloorBenchmarks
{
    private const int BatchSize = 4096;

    private readonly OlderVersions _legacy = new();
    private readonly byte[] _hash = SHA256.HashData("floor"u8);
    private readonly byte[] _message = RandomNumberGenerator.GetBytes(100);
    private readonly RsaEngine _rawPublic = new();
    private readonly RsaBlindedEngine _rawPrivate = new();
    private readonly RC4Engine _rc4 = new();
    private readonly byte[] _block = new byte[256];
    private readonly byte[] _rc4Out = new byte[64];
    private byte[] _pss = [];
    private byte[] _wrapped = [];
    private BareOpening _opening = null!;
    private BareSealing _sealing = null!;

    [GlobalSetup]
    public void SetUp()
    {
        AssertionIssuer issuer = BenchFixture.Issuer(BenchKeys.Wiki);
        (_opening, _sealing) = (new BareOpening(new Batch(BatchSize, [issuer])), new BareSealing(issuer.Issue("user000", BenchFixture.Url)));
        _pss = BenchKeys.Legacy.SignHash(_hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        _wrapped = BenchKeys.TrackerEncryption.Encrypt(_hash, RSAEncryptionPadding.OaepSHA256);
        var pair = DotNetUtilities.GetRsaKeyPair(BenchKeys.Legacy);
        _rawPublic.Init(forEncryption: false, pair.Public);
        _rawPrivate.Init(forEncryption: true, pair.Private);
        _rc4.Init(forEncryption: true, new KeyParameter(_hash[..16]));
        _message.CopyTo(_block, 100);
    }

    [IterationSetup(Target = nameof(AesGcmOpenAndRemember))]
    public void Reissue() => _opening.Prepare();

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void AesGcmOpenAndRemember() => _opening.Run();

    [Benchmark]
    public void AesGcmSeal() => _sealing.Seal();

    [Benchmark]
    public byte[] Pkcs1Sha1Sign() => OlderVersions.Sign();

    [Benchmark]
    public void Pkcs1Sha1Verify() => _legacy.CheckSignature();

    [Benchmark]
    public byte[] PssSign() => BenchKeys.Legacy.SignHash(_hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    [Benchmark]
    public bool PssVerify() => BenchKeys.Legacy.VerifyHash(_hash, _pss, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    [Benchmark]
    public byte[] OaepDecrypt() => BenchKeys.TrackerEncryption.Decrypt(_wrapped, RSAEncryptionPadding.OaepSHA256);

    [Benchmark]
    public byte[] BouncyCastleRawPublic() => _rawPublic.ProcessBlock(_block, 0, _block.Length);

    [Benchmark]
    public byte[] BouncyCastleRawPrivateBlinded() => _rawPrivate.ProcessBlock(_block, 0, _block.Length);

    [Benchmark]
    public void BouncyCastleRc4()
    {
        _rc4.Reset();
        _rc4.ProcessBytes(_message, 0, _rc4Out.Length, _rc4Out, 0);
    }
}
