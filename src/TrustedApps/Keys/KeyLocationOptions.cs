using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;

namespace TrustedApps.Keys;

/// <summary>
/// The place of one RSA private key: a file, or a certificate in an X.509 store. The settings have the names that
/// Kestrel gives them.
/// </summary>
public sealed class KeyLocationOptions
{
    /// <summary>
    /// The path of a file: PEM (RFC 7468) with one <c>PRIVATE KEY</c>, <c>ENCRYPTED PRIVATE KEY</c> or <c>RSA PRIVATE
    /// KEY</c>, or PKCS#12 (.pfx) with one private key. A file that replaces it is read within seconds.
    /// </summary>
    /// <value>Absolute, or relative to the content root of the host, as appsettings.json is.</value>
    public string? Path { get; set; }

    /// <summary>
    /// The password of the file. It is a secret: set it from an environment variable or a secret store, not in
    /// appsettings.json.
    /// </summary>
    /// <value>Default null: the file is not encrypted.</value>
    public string? Password { get; set; }

    /// <summary>The SHA-1 thumbprint of a certificate with a private key, in place of <see cref="Path"/>.</summary>
    /// <value>40 hexadecimal digits.</value>
    /// <remarks>
    /// A failure of the token that holds the key looks like a bad key grant: see <see cref="ExternalKey.FromRsa"/>.
    /// </remarks>
    public string? Thumbprint { get; set; }

    /// <summary>The name of the X.509 store with the certificate.</summary>
    /// <value>Default <c>My</c>.</value>
    public string Store { get; set; } = nameof(StoreName.My);

    /// <summary>The location of the X.509 store.</summary>
    /// <value>Default <see cref="StoreLocation.CurrentUser"/>, the only one with private keys on Linux.</value>
    public StoreLocation Location { get; set; } = StoreLocation.CurrentUser;

    /// <summary>Whether it is a file; an empty path is none.</summary>
    [MemberNotNullWhen(true, nameof(Path))]
    internal bool HasPath => !string.IsNullOrEmpty(Path);

    /// <summary>The place in words, without the password.</summary>
    internal string Place => HasPath ? Path : $"the certificate {Thumbprint} in the X.509 store {Location}/{Store}";

    internal string? FindProblem()
    {
        if (HasPath != string.IsNullOrEmpty(Thumbprint))
        {
            return $"{nameof(Path)} and {nameof(Thumbprint)}: set exactly one of them.";
        }

        if (HasPath) return null;
        if (Password is not null) return $"{nameof(Password)} is of a file, so it needs {nameof(Path)}. Remove it.";
        return Thumbprint is { Length: 40 } && Thumbprint.All(char.IsAsciiHexDigit)
            ? null
            : $"{nameof(Thumbprint)} '{Thumbprint}' must be 40 hexadecimal digits without spaces or other characters (Windows puts an invisible one in front of what it shows).";
    }
}
