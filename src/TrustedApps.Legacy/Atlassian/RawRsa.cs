using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Security;
using TrustedApps.Keys;

namespace TrustedApps.Legacy.Atlassian;

/// <summary>
/// RSA without padding, as versions 1 and 2 use it: the base class library has none. Nothing newer may use it
/// (docs/adr/0001).
/// </summary>
internal static class RawRsa
{
    // the system's; safe for concurrent use
    private static readonly SecureRandom _random = new(new CryptoApiRandomGenerator());

    private static readonly ConditionalWeakTable<ApplicationKeys, ICipherParameters> _privateKeys = [];

    /// <summary>
    /// The public operation, by our Montgomery multiplication. False when the number is not less than the modulus: Key
    /// and Key + n would be the same message in two spellings. False, too, under an even modulus, which no trust has.
    /// </summary>
    public static bool TryPublic(RsaPublicKey key, ReadOnlySpan<byte> input, out byte[] plaintext)
    {
        plaintext = [];
        var cache = OpeningCache.Of(key);
        Span<byte> buffer = stackalloc byte[1024]; // 8,192 bits at most
        Span<byte> power = buffer[..cache.Numbers.ModulusLength];
        if (cache.Modulus is not { } modulus || !modulus.TryRaise(input, cache.Numbers.ExponentBytes, power))
        {
            return false;
        }

        int zeros = power[..^1].IndexOfAnyExcept((byte)0);
        plaintext = power[(zeros < 0 ? power.Length - 1 : zeros)..].ToArray();
        return true;
    }

    /// <summary>
    /// The private operation, by BouncyCastle, which blinds the message with a fresh random factor. The result is
    /// checked once more: a single faulty result would disclose the private key.
    /// </summary>
    /// <exception cref="CryptographicException">
    /// The message is not less than the modulus, or the result is faulty.
    /// </exception>
    public static byte[] Private(ApplicationKeys keys, ReadOnlySpan<byte> plaintext)
    {
        RawRsaTelemetry.RecordPrivateOperation();
        return Private(_privateKeys.GetValue(keys, Import), keys.PublicKey, plaintext);
    }

    internal static byte[] Private(ICipherParameters privateKey, RsaPublicKey publicKey, ReadOnlySpan<byte> plaintext)
    {
        byte[] message = plaintext.ToArray();
        try
        {
            var engine = new RsaBlindedEngine();
            engine.Init(forEncryption: true, privateKey);
            byte[] result = engine.ProcessBlock(message, 0, message.Length);
            bool isRight = TryPublic(publicKey, result, out byte[] undone) && ToNumber(undone) == ToNumber(message);
            return isRight ? result : throw new CryptographicException("The raw RSA operation failed its own check.");
        }
        catch (Exception cause) when (cause is CryptoException or InvalidOperationException or ArithmeticException)
        {
            throw new CryptographicException("The raw RSA operation failed.", cause);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(message);
        }
    }

    private static BigInteger ToNumber(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static ParametersWithRandom Import(ApplicationKeys keys)
    {
        byte[] pkcs8 = keys.ExportLegacyKey();
        try
        {
            return new ParametersWithRandom(PrivateKeyFactory.CreateKey(pkcs8), _random);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}
