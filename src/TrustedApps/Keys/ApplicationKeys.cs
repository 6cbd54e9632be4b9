using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using TrustedApps.Text;

namespace TrustedApps.Keys;

/// <summary>
/// An application's own id and private keys: one key for the older versions, and for version 4 keys that sign and keys
/// that decrypt. Keys of version 4 can be rotated. Immutable; safe for concurrent use. Neither <see cref="ToString"/>
/// nor any exception shows a private part.
/// </summary>
/// <example>
/// <code>
/// ApplicationKeys keys = ApplicationKeys.Generate("wiki:8731");
/// keys.Save("wiki-keys.json");
/// ApplicationCertificate certificate = await keys.ToCertificateAsync("Wiki");
/// </code>
/// </example>
public sealed class ApplicationKeys
{
    private readonly KeyRing _ring;

    internal ApplicationKeys(string id, KeyRing ring)
    {
        Id = ApplicationIdSyntax.Require(id, nameof(id));
        if (ring.HasVersion4Keys && !ApplicationIdSyntax.IsForVersion4(id))
        {
            throw new ArgumentException(BadVersion4Id, nameof(id));
        }

        _ring = ring;
    }

    internal ApplicationKeys(string id, RSAParameters parameters)
        : this(ApplicationIdSyntax.Require(id, nameof(id)), KeyRing.OfLegacy(new PrivateKey(KeyUse.Legacy, parameters)))
    {
    }

    /// <summary>
    /// The application id: 1 to 255 characters without control characters; with keys of version 4, 1 to 128 of
    /// <c>A-Z a-z 0-9 . _ : -</c>.
    /// </summary>
    public string Id { get; }

    /// <summary>The public key for versions 1 to 3 and the Warwick dialect.</summary>
    /// <exception cref="InvalidOperationException">There is no such key; see <see cref="HasLegacyKey"/>.</exception>
    public RsaPublicKey PublicKey => LegacyKey.PublicKey;

    /// <summary>Whether there is a key for versions 1 to 3 and the Warwick dialect.</summary>
    public bool HasLegacyKey => _ring.Legacy is not null;

    /// <summary>Whether there are keys for version 4.</summary>
    public bool HasVersion4Keys => _ring.HasVersion4Keys;

    /// <summary>
    /// All keys: the legacy one, those that sign, those that decrypt; the current one of each kind first.
    /// </summary>
    public IReadOnlyList<ApplicationKey> Keys => [.. _ring.Keys.Select(key => key.Description)];

    /// <summary>The key for versions 1 to 3 and the Warwick dialect.</summary>
    internal PrivateKey LegacyKey =>
        _ring.Legacy
        ?? throw new InvalidOperationException(
            $"'{Id}' has no key for versions 1 to 3. Use version 4, or import a key with 'trusted-apps keys import'."
        );

    /// <summary>The key that signs under version 4.</summary>
    internal PrivateKey SigningKey => _ring.SigningKey ?? throw new InvalidOperationException(NoVersion4Keys);

    /// <summary>
    /// The time at which the keys last changed, in whole seconds; 1970-01-01 without keys for version 4. A key store of
    /// your own keeps it for <see cref="Create(string, IEnumerable{ApplicationKey}, Func{ApplicationKey, ExternalKey},
    /// DateTimeOffset)"/>.
    /// </summary>
    public DateTimeOffset ChangedAt => _ring.ChangedAt;

    internal KeyRing Ring => _ring;

    /// <summary>Throws where there are no keys for version 4.</summary>
    internal void RequireVersion4Keys()
    {
        if (!HasVersion4Keys) throw new InvalidOperationException(NoVersion4Keys);
    }

    /// <summary>
    /// Makes new keys: a legacy key, a key that signs and a key that decrypts. An id that version 4 does not allow gets
    /// only the legacy key; see <see cref="HasVersion4Keys"/>.
    /// </summary>
    /// <param name="id">The application id.</param>
    /// <param name="bits">The length of each key: 2048, 3072 or 4096.</param>
    /// <param name="time">The clock, for the time stamp of the certificate.</param>
    /// <returns>Id and keys.</returns>
    /// <exception cref="ArgumentException">The id is not valid.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of bits is another.</exception>
    public static ApplicationKeys Generate(string id, int bits = 3072, TimeProvider? time = null)
    {
        RequireBits(bits);
        ApplicationIdSyntax.Require(id, nameof(id));
        var legacy = KeyRing.OfLegacy(PrivateKey.Generate(KeyUse.Legacy, bits));
        var keys = new ApplicationKeys(id, legacy);
        return ApplicationIdSyntax.IsForVersion4(id)
            ? keys.PublishNext((time ?? TimeProvider.System).GetUtcNow(), bits)
            : keys;
    }

    /// <summary>
    /// Makes the keys of an application for version 4 out of keys that are not in this process. They can be neither
    /// saved nor exported, and no new ones are generated: see <see cref="PublishNextExternal"/>.
    /// </summary>
    /// <param name="id">The application id.</param>
    /// <param name="signing">The key that signs.</param>
    /// <param name="encryption">The key that decrypts; another one than the key that signs.</param>
    /// <param name="changedAt">
    /// The time at which these became the application's keys, in whole seconds and not in the future. It is the time of
    /// issue of the certificate: others accept a certificate with other signing keys only if it is later.
    /// </param>
    /// <returns>Id and keys.</returns>
    /// <exception cref="ArgumentException">
    /// The id is not valid, the two are one key, or a key cannot be used for version 4: 2,048 to 4,096 bits, exponent
    /// 65537.
    /// </exception>
    public static ApplicationKeys Create(
        string id, ExternalKey signing, ExternalKey encryption, DateTimeOffset changedAt)
    {
        ArgumentNullException.ThrowIfNull(signing);
        ArgumentNullException.ThrowIfNull(encryption);
        PrivateKey[] keys = [Place(KeyUse.Signature, signing), Place(KeyUse.Encryption, encryption)];
        return new ApplicationKeys(ApplicationIdSyntax.Require(id, nameof(id)), new KeyRing(keys, changedAt));
    }

    /// <summary>
    /// Makes the keys of an application again, with next and retired ones, for a key store of your own over keys that
    /// are not in this process: what <see cref="Keys"/> and <see cref="ChangedAt"/> were is all that it has to keep.
    /// </summary>
    /// <param name="id">The application id.</param>
    /// <param name="keys">The keys without their private parts, as <see cref="Keys"/> has them.</param>
    /// <param name="find">Finds the operations of each.</param>
    /// <param name="changedAt">The time that <see cref="ChangedAt"/> was.</param>
    /// <returns>Id and keys.</returns>
    /// <exception cref="ArgumentException">
    /// The id is not valid, the keys are not those of an application, or <paramref name="find"/> returned another key
    /// or none.
    /// </exception>
    public static ApplicationKeys Create(
        string id, IEnumerable<ApplicationKey> keys, Func<ApplicationKey, ExternalKey> find, DateTimeOffset changedAt)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(find);
        var ring = new KeyRing(keys.Select(Join), changedAt);
        return new ApplicationKeys(ApplicationIdSyntax.Require(id, nameof(id)), ring);

        PrivateKey Join(ApplicationKey description)
        {
            ExternalKey found = find(description) ?? throw new ArgumentException(
                $"No key was found for {description.PublicKey}. Find the one with the same public key.",
                nameof(find)
            );
            return found.PublicKey.Equals(description.PublicKey)
                ? new PrivateKey(description, found.Operations)
                : throw new ArgumentException(
                    $"The key {found} was found for {description.PublicKey}. Find the one with the same public key.",
                    nameof(find)
                );
        }
    }

    /// <summary>
    /// Imports a private key for versions 1 to 3: PEM (PKCS#8 or PKCS#1, not encrypted), or the base64 of a DER PKCS#8.
    /// </summary>
    /// <param name="id">The application id.</param>
    /// <param name="privateKey">The text.</param>
    /// <returns>Id and key.</returns>
    /// <exception cref="ArgumentException">
    /// The id is not valid, or the text is not a private key that can be used. The message never repeats the text.
    /// </exception>
    public static ApplicationKeys Import(string id, ReadOnlySpan<char> privateKey) =>
        new(ApplicationIdSyntax.Require(id, nameof(id)), PrivateKeyText.Read(privateKey));

    /// <summary>Loads a key file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Id and keys.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is not a key file. The message never repeats its content.
    /// </exception>
    public static ApplicationKeys Load(string path) => KeyFile.Parse(File.ReadAllBytes(path), path);

    /// <summary>Reads the content of a key file.</summary>
    /// <param name="json">The JSON object.</param>
    /// <returns>Id and keys.</returns>
    /// <exception cref="InvalidDataException">
    /// The text is not the content of a key file. The message never repeats it.
    /// </exception>
    public static ApplicationKeys Parse(ReadOnlySpan<byte> json) => KeyFile.Parse(json, "The text");

    /// <summary>
    /// Writes the content of a key file, for a key store of your own. It holds the private keys: encrypt it, restrict
    /// access to it, and clear the array after use.
    /// </summary>
    /// <returns>The JSON object in UTF-8, which <see cref="Parse"/> reads.</returns>
    /// <exception cref="InvalidOperationException">A key is not in the memory of this process.</exception>
    public byte[] ToBytes() => KeyFile.Format(this);

    /// <summary>
    /// Saves a new key file that only its owner may read (mode 0600). A file that exists is never overwritten.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    /// <exception cref="InvalidOperationException">A key is not in the memory of this process.</exception>
    public void Save(string path) => KeyFile.Write(this, path);

    /// <summary>
    /// Replaces a key file. At every moment the file is complete: the old one or the new one. Only the user who runs
    /// this can read the new one.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">There is no such file, or it cannot be written.</exception>
    /// <exception cref="InvalidOperationException">A key is not in the memory of this process.</exception>
    public void Replace(string path) => KeyFile.Replace(this, path);

    /// <summary>
    /// Adds a key that signs and a key that decrypts to the certificate, the first step of a rotation: others fetch
    /// them before they are used. Where there are no keys for version 4 yet, they are in use at once. Where keys that
    /// decrypt rotate by themselves (<see cref="RotateEncryptionKeys"/>), it adds only one that signs.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="bits">
    /// The length of the new keys: 2048, 3072 or 4096; null for the length of the current keys, or 3072 without any.
    /// </param>
    /// <returns>The keys with the new ones among them.</returns>
    /// <exception cref="InvalidOperationException">
    /// There are next keys already; or the certificate would list too many keys after several rotations within 7
    /// days; or version 4 does not allow the id; or a current key is not in this process, so that its successor must
    /// not be in this process either.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of bits is another.</exception>
    public ApplicationKeys PublishNext(DateTimeOffset now, int? bits = null)
    {
        if (bits is { } chosen) RequireBits(chosen);
        if (!ApplicationIdSyntax.IsForVersion4(Id)) throw new InvalidOperationException(BadVersion4Id);
        return new ApplicationKeys(Id, _ring.PublishNext(now, bits));
    }

    /// <summary>
    /// Adds keys that are not in this process to the certificate, the first step of their rotation; see
    /// <see cref="PublishNext(DateTimeOffset, int?)"/>. The second is <see cref="Rotate"/>: 50 hours later, or 2 hours
    /// later if only the key that decrypts is rotated.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="signing">The next key that signs; null to keep the current one.</param>
    /// <param name="encryption">The next key that decrypts; null to keep the current one.</param>
    /// <returns>The keys with the new ones among them.</returns>
    /// <exception cref="InvalidOperationException">
    /// There is a next key of that use already; or there are no keys for version 4; or the certificate would list too
    /// many keys.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A key cannot be used for version 4, or is one of the application's keys already.
    /// </exception>
    public ApplicationKeys PublishNextExternal(DateTimeOffset now, ExternalKey? signing, ExternalKey? encryption)
    {
        RequireVersion4Keys();
        PrivateKey? nextSigning = signing is null ? null : Place(KeyUse.Signature, signing, KeyStatus.Next);
        PrivateKey? nextEncryption = encryption is null ? null : Place(KeyUse.Encryption, encryption, KeyStatus.Next);
        return new ApplicationKeys(Id, _ring.PublishNext(now, nextSigning, nextEncryption));
    }

    /// <summary>
    /// Puts the next keys in use and retires the current ones, the second step of a rotation. Call it once others have
    /// the next keys on record: 50 hours after they were published, to be sure.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <returns>The keys in their new places.</returns>
    /// <exception cref="InvalidOperationException">There are no next keys.</exception>
    public ApplicationKeys Rotate(DateTimeOffset now) => new(Id, _ring.Rotate(now));

    /// <summary>
    /// Takes the steps of the automatic rotation of encryption keys that are due (specification version-4.md, section
    /// 2): publishes a next key 2 hours before the current one has been in use for the interval, puts it in use,
    /// and removes retired keys whose time is over: encryption keys after 50 hours and a minute, signing keys after 7
    /// days. The latter is all that it does for keys that are not in this process: their successors are made where they
    /// are, and published by <see cref="PublishNextExternal"/>. For a key store of your own: store the result, and
    /// see that what it replaces does not stay on a disk.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="interval">The time for which a key is in use: 1 to 90 days, or zero for no rotation.</param>
    /// <param name="isInUse">
    /// Whether this process has used exactly these keys until now, so they are no restored backup. Then late steps keep
    /// the current key until others can have the next one. Otherwise a key that should be destroyed by now is.
    /// </param>
    /// <returns>The keys in their new places; the same instance if no step is due.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The interval is another.</exception>
    public ApplicationKeys RotateEncryptionKeys(DateTimeOffset now, TimeSpan interval, bool isInUse = false)
    {
        KeyRing ring = EncryptionKeySchedule.Of(interval).Advance(_ring, now, isInUse);
        return ReferenceEquals(ring, _ring) ? this : new ApplicationKeys(Id, ring);
    }

    /// <summary>Finds the time from which <see cref="RotateEncryptionKeys"/> has something to do.</summary>
    /// <param name="now">The time.</param>
    /// <param name="interval">The time for which a key is in use: 1 to 90 days, or zero for no rotation.</param>
    /// <returns>The time, which may be over; null if there is nothing to do.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The interval is another.</exception>
    public DateTimeOffset? FindNextRotation(DateTimeOffset now, TimeSpan interval) =>
        EncryptionKeySchedule.Of(interval).FindNextStep(_ring, now);

    /// <summary>
    /// Returns the time of issue of the certificate: when its content last changed. It is later after each change.
    /// </summary>
    /// <param name="now">The current time: retired signing keys leave the certificate after 7 days.</param>
    /// <returns>The time, in whole seconds.</returns>
    public DateTimeOffset CertificateChangedAt(DateTimeOffset now) => _ring.CertificateChangedAt(now);

    /// <summary>Signs a hash with the legacy key, by RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2).</summary>
    /// <param name="hash">The hash, as long as hashes of the algorithm are.</param>
    /// <param name="algorithm">The algorithm of the hash.</param>
    /// <param name="cancellationToken">Cancels signing.</param>
    /// <returns>The signature, as long as the key's modulus.</returns>
    /// <exception cref="InvalidOperationException">There is no legacy key.</exception>
    [Experimental("TA0001")]
    public ValueTask<byte[]> SignLegacyHashAsync(
        ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, CancellationToken cancellationToken = default) =>
        LegacyKey.SignHashAsync(hash, algorithm, RSASignaturePadding.Pkcs1, cancellationToken);

    /// <summary>
    /// Exports the private legacy key, for the operations without padding that versions 1 and 2 need. The result is
    /// secret: clear it after use, and neither log nor store it.
    /// </summary>
    /// <returns>A new array: the DER encoding of PKCS#8 PrivateKeyInfo (RFC 5208), not encrypted.</returns>
    /// <exception cref="InvalidOperationException">
    /// There is no legacy key, or it is not in the memory of this process: versions 1 and 2 cannot be spoken with it.
    /// </exception>
    [Experimental("TA0001")]
    public byte[] ExportLegacyKey()
    {
        using RSA rsa = RSA.Create(LegacyKey.ExportParameters());
        return rsa.ExportPkcs8PrivateKey();
    }

    /// <summary>Returns the id and a public key's thumbprint; never a private part.</summary>
    /// <returns>A text for logs.</returns>
    public override string ToString() => $"{Id} ({(_ring.Legacy ?? SigningKey).KeyId})";

    /// <summary>Whether both have the same keys in the same places.</summary>
    internal bool IsSameAs(ApplicationKeys other) =>
        Id == other.Id && ChangedAt == other.ChangedAt && Keys.SequenceEqual(other.Keys);

    /// <summary>Finds a key that still unwraps what others wrapped with it; null if there is no such key.</summary>
    internal PrivateKey? FindEncryptionKey(string keyId, DateTimeOffset now) => _ring.FindEncryptionKey(keyId, now);

    /// <summary>Whether these keys unwrap everything that other keys of this application unwrap now.</summary>
    internal bool HasEncryptionKeysOf(ApplicationKeys other, DateTimeOffset now) =>
        other._ring.Keys
            .Where(key => key.Use == KeyUse.Encryption && other.FindEncryptionKey(key.KeyId, now) is not null)
            .All(key => FindEncryptionKey(key.KeyId, now) is not null);

    private static PrivateKey Place(KeyUse use, ExternalKey key, KeyStatus status = KeyStatus.Current) =>
        new(new ApplicationKey(use, status, key.PublicKey, RetiredAt: null), key.Operations);

    private string NoVersion4Keys =>
        $"'{Id}' has no keys for version 4. {(ApplicationIdSyntax.IsForVersion4(Id) ? "Add them with 'trusted-apps certificate publish-next'." : BadVersion4Id)}";

    private static void RequireBits(int bits)
    {
        if (bits is not (2048 or 3072 or 4096))
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "A key must have 2048, 3072 or 4096 bits.");
        }
    }

    private const string BadVersion4Id =
        "Under version 4 an application id must be 1 to 128 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'.";
}
