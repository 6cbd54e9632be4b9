using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using TrustedApps.Bench.Setup;

namespace TrustedApps.Bench.Http;

/// <summary>Files in which servers find the keys that requests are made with: they are processes of their own.</summary>
internal sealed class SharedKeys
{
    private readonly string _directory;

    private SharedKeys(string directory) => _directory = directory;

    /// <summary>The provider's key file.</summary>
    public string Tracker => Path.Combine(_directory, "tracker-keys.json");

    /// <summary>The consumer's certificate.</summary>
    public string Certificate => Path.Combine(_directory, "wiki.certificate");

    /// <summary>The consumer's key under the older versions: base64 of a SubjectPublicKeyInfo.</summary>
    public string LegacyKey => File.ReadAllText(LegacyFile);

    private string LegacyFile => Path.Combine(_directory, "wiki-legacy.txt");

    private string SecretFile => Path.Combine(_directory, "jwt.secret");

    /// <summary>Writes them.</summary>
    public static SharedKeys Write(string directory)
    {
        var keys = new SharedKeys(directory);
        BenchKeys.Tracker.Save(keys.Tracker);
        File.WriteAllBytes(keys.Certificate, BenchKeys.Wiki.ToCertificate().ToBytes());
        File.WriteAllText(keys.LegacyFile, BenchKeys.Wiki.PublicKey.ToBase64());
        File.WriteAllBytes(keys.SecretFile, RandomNumberGenerator.GetBytes(32));
        return keys;
    }

    /// <summary>Finds those that another process has written.</summary>
    public static SharedKeys In(string directory) => new(directory);

    /// <summary>JWTs as their receiver sees them.</summary>
    public Jwt ToRs256()
    {
        var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(LegacyKey), out _);
        return new Jwt(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256);
    }

    /// <summary>JWTs of a secret, which both sides have.</summary>
    public Jwt ToHs256() => new(new SymmetricSecurityKey(File.ReadAllBytes(SecretFile)), SecurityAlgorithms.HmacSha256);
}
