using System.Collections.Concurrent;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

/// <summary>Fixed private keys by use and number: 0 to 17 to sign, 0 to 11 to decrypt.</summary>
internal static class SpareKeys
{
    private static readonly ConcurrentDictionary<(KeyUse Use, int Number), Lazy<PrivateKey>> _keys = new();

    public static PrivateKey Signing(int number) => Get(KeyUse.Signature, 18 + number);

    public static PrivateKey Encrypting(int number) => Get(KeyUse.Encryption, 36 + number);

    private static PrivateKey Get(KeyUse use, int number) =>
        _keys.GetOrAdd((use, number), static key => new(() => new PrivateKey(key.Use, ThrowAwayKeys.Get(key.Number)))).Value;
}
