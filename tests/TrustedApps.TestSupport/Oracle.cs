using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using TrustedApps.Keys;
using BouncyInteger = Org.BouncyCastle.Math.BigInteger;

namespace TrustedApps.TestSupport;

/// <summary>The broken ciphers of versions 1 and 2 by another implementation, BouncyCastle.</summary>
internal static class Oracle
{
    /// <summary>Raw RSA with the legacy key of an application; as long as the modulus.</summary>
    public static byte[] RawPrivate(ApplicationKeys keys, byte[] message)
    {
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(keys.ExportLegacyKey(), out _);
        return RawPrivate(rsa.ExportParameters(includePrivateParameters: true), message);
    }

    /// <summary>Raw RSA with a private key; as long as the modulus.</summary>
    public static byte[] RawPrivate(RSAParameters rsa, byte[] message)
    {
        if (message is [1]) return [.. new byte[rsa.Modulus!.Length - 1], 1]; // which BouncyCastle rejects
        var engine = new RsaEngine();
        engine.Init(true, ToPrivateKey(rsa));
        return engine.ProcessBlock(message, 0, message.Length);
    }

    /// <summary>Raw RSA with a public key, without leading zeros.</summary>
    public static byte[] RawPublic(RsaPublicKey key, byte[] input)
    {
        var engine = new RsaEngine();
        var modulus = new BouncyInteger(key.Modulus.ToString(CultureInfo.InvariantCulture));
        engine.Init(false, new RsaKeyParameters(false, modulus, new BouncyInteger(key.Exponent.ToString(CultureInfo.InvariantCulture))));
        return engine.ProcessBlock(input, 0, input.Length);
    }

    /// <summary>RC4.</summary>
    public static byte[] Rc4(byte[] key, byte[] text)
    {
        var engine = new RC4Engine();
        engine.Init(true, new KeyParameter(key));
        byte[] result = new byte[text.Length];
        engine.ProcessBytes(text, 0, text.Length, result, 0);
        return result;
    }

    /// <summary>A private key as BouncyCastle has it, right or wrong.</summary>
    public static RsaPrivateCrtKeyParameters ToPrivateKey(RSAParameters rsa) => new(
        Big(rsa.Modulus), Big(rsa.Exponent), Big(rsa.D), Big(rsa.P), Big(rsa.Q), Big(rsa.DP), Big(rsa.DQ), Big(rsa.InverseQ));

    private static BouncyInteger Big(byte[]? bytes) => new(1, bytes);
}
