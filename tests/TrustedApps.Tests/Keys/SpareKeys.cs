using System.Collections.Concurrent;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

/// <summary>Private keys, each made once for all tests: that takes long.</summary>
internal static class SpareKeys
{
    private static readonly ConcurrentDictionary<(KeyUse Use, int Number), Lazy<PrivateKey>> _keys = new();

    public static PrivateKey Signing(int number) => Get(KeyUse.Signature, number);

    public static PrivateKey Encrypting(int number) => Get(KeyUse.Encryption, number);

    private static PrivateKey Get(KeyUse use, int number) =>
        _keys.GetOrAdd((use, number), static key => new(() => PrivateKey.Generate(key.Use, 2048))).Value;
}
