namespace TrustedApps.Keys;

/// <summary>
/// The places of an application's own keys for version 4 that are not in a key file: PEM files, PKCS#12 files or
/// certificates of an X.509 store, each with one RSA key. <see cref="KeySourceStore"/> reads them.
/// </summary>
/// <example>
/// <code>
/// "KeySource": {
///   "Id": "wiki:8731",
///   "SigningKey": { "Path": "signing.pem" },
///   "EncryptionKey": { "Path": "encryption.pfx", "Password": "..." }
/// }
/// </code>
/// </example>
public sealed class KeySourceOptions
{
    /// <summary>The application id: 1 to 128 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'.</summary>
    /// <value>Required; a provider that states its id already may leave it out.</value>
    public string? Id { get; set; }

    /// <summary>The key that signs.</summary>
    /// <value>Required.</value>
    public KeyLocationOptions? SigningKey { get; set; }

    /// <summary>The key that decrypts; another one than the key that signs.</summary>
    /// <value>Required.</value>
    public KeyLocationOptions? EncryptionKey { get; set; }

    /// <summary>
    /// The other key that signs during a rotation: the next one, which others must have 50 hours before it becomes
    /// <see cref="SigningKey"/>; after that, for 7 days, the one before. The certificate lists it and is signed with
    /// it.
    /// </summary>
    /// <value>Default null: no rotation is under way.</value>
    public KeyLocationOptions? OtherSigningKey { get; set; }

    /// <summary>
    /// The other key that decrypts during a rotation: the next one, or for 50 hours the one before, which others still
    /// wrap to.
    /// </summary>
    /// <value>Default null: no rotation is under way.</value>
    public KeyLocationOptions? OtherEncryptionKey { get; set; }

    /// <summary>
    /// The time at which these keys last changed, which is the time of issue of the certificate. Others accept a
    /// certificate with other signing keys only if it is later, so give each step of a rotation its time, and all nodes
    /// of the application the same.
    /// </summary>
    /// <value>
    /// Not in the future. Default null: the time at which the newest of the files was written, or from which the newest
    /// of the certificates in X.509 stores is valid.
    /// </value>
    public DateTimeOffset? ChangedAt { get; set; }

    /// <summary>The keys whose locations are set.</summary>
    internal IEnumerable<KeyPlace> Places => new[]
    {
        Of(nameof(SigningKey), KeyUse.Signature, KeyStatus.Current, SigningKey),
        Of(nameof(EncryptionKey), KeyUse.Encryption, KeyStatus.Current, EncryptionKey),
        Of(nameof(OtherSigningKey), KeyUse.Signature, KeyStatus.Next, OtherSigningKey),
        Of(nameof(OtherEncryptionKey), KeyUse.Encryption, KeyStatus.Next, OtherEncryptionKey),
    }.OfType<KeyPlace>();

    /// <summary>Finds a mistake in these settings. Reads no file.</summary>
    /// <returns>The message, which begins with the name of the setting; null if there is none.</returns>
    public string? FindProblem()
    {
        if (SigningKey is null) return $"{nameof(SigningKey)} is missing: {Remedy}";
        if (EncryptionKey is null) return $"{nameof(EncryptionKey)} is missing: {Remedy}";
        return Places
            .Select(place => place.Location.FindProblem() is { } problem ? $"{place.Setting}:{problem}" : null)
            .FirstOrDefault(problem => problem is not null);
    }

    /// <summary>
    /// Makes relative paths absolute. Hosts do it with their content root, where appsettings.json is.
    /// </summary>
    /// <param name="root">The folder where relative paths begin.</param>
    public void MakePathsAbsolute(string root)
    {
        foreach (KeyLocationOptions location in Places.Select(place => place.Location))
        {
            if (location.HasPath) location.Path = System.IO.Path.GetFullPath(location.Path, root);
        }
    }

    private static KeyPlace? Of(string setting, KeyUse use, KeyStatus status, KeyLocationOptions? location) =>
        location is null ? null : new KeyPlace(setting, use, status, location);

    private const string Remedy =
        "set its Path to a PEM or PKCS#12 file, or its Thumbprint to that of a certificate in an X.509 store.";
}

/// <summary>One key of a source: its setting, its place in the rotation and where it is.</summary>
internal sealed record KeyPlace(string Setting, KeyUse Use, KeyStatus Status, KeyLocationOptions Location);
