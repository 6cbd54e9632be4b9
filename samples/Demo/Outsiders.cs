using System.Security.Cryptography;
using TrustedApps;

namespace Demo;

/// <summary>Applications other than the wiki. All have one key: making keys takes time.</summary>
internal static class Outsiders
{
    private static readonly string _privateKey = MakePrivateKey();

    /// <summary>The tracker trusts this one, at an address where it is not.</summary>
    public static ApplicationKeys Stray { get; } = Named("stray:1");

    public static ApplicationKeys Named(string id) => ApplicationKeys.Import(id, _privateKey);

    private static string MakePrivateKey()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    }
}
