namespace TrustedApps.Keys;

/// <summary>
/// The private keys of one application and their rotation (specification version-4.md, section 2). Immutable. Time is
/// whole seconds, rounded down.
/// </summary>
internal sealed class KeyRing
{
    /// <summary>The number of keys that a certificate may list (specification version-4.md, section 2).</summary>
    public const int MaxListedKeys = 8;

    /// <summary>
    /// The time for which a retired encryption key is kept: others fetch the certificate again after 24 h at most, may
    /// hold it for 24 h and one more, and wrap to the old key until then. Such a key grant lives 3,600 s at most, and
    /// clocks differ by 60 s at most.
    /// </summary>
    public static readonly TimeSpan EncryptionAfterlife =
        TimeSpan.FromHours(24 + 24 + 1 + 1) + TimeSpan.FromSeconds(60);

    // The certificate must carry a signature of an old key until others have the new one on record: they fetch it
    // within 24 hours and hold it for 24 hours and one, and a hold that another server's answers have ended begins
    // again.
    private static readonly TimeSpan _signatureAfterlife = TimeSpan.FromDays(7);

    public KeyRing(IEnumerable<PrivateKey> keys, DateTimeOffset changedAt)
    {
        Keys = [.. keys.OrderBy(key => key.Use).ThenBy(key => key.Status)];
        ChangedAt = WholeSeconds(changedAt);
        (Legacy, SigningKey) = (Find(KeyUse.Legacy), Find(KeyUse.Signature));
        RequireOrder();
    }

    /// <summary>All keys, by use; the current one of each use first, then the next, then the retired.</summary>
    public IReadOnlyList<PrivateKey> Keys { get; }

    /// <summary>The time at which the keys last changed.</summary>
    public DateTimeOffset ChangedAt { get; }

    public PrivateKey? Legacy { get; }

    public PrivateKey? SigningKey { get; }

    public bool HasVersion4Keys => SigningKey is not null;

    public static KeyRing OfLegacy(PrivateKey key) => new([key], DateTimeOffset.UnixEpoch);

    public PrivateKey? FindEncryptionKey(string keyId, DateTimeOffset now)
    {
        foreach (PrivateKey key in Keys)
        {
            if (key.Use == KeyUse.Encryption && string.Equals(key.KeyId, keyId, StringComparison.Ordinal))
            {
                return IsAlive(key, now) ? key : null;
            }
        }

        return null;
    }

    /// <summary>The signing keys that the certificate lists, all of which sign it.</summary>
    public PrivateKey[] ListedSigningKeys(DateTimeOffset now) =>
        [.. Keys.Where(key => key.Use == KeyUse.Signature && IsAlive(key, now))];

    /// <summary>The encryption keys that the certificate lists; others wrap to the first.</summary>
    public PrivateKey[] ListedEncryptionKeys() =>
        [.. Keys.Where(key => key.Use == KeyUse.Encryption && key.Status != KeyStatus.Retired)];

    /// <summary>The key of a use that is current, or has another status; null if there is none.</summary>
    public PrivateKey? Find(KeyUse use, KeyStatus status = KeyStatus.Current) =>
        Keys.FirstOrDefault(key => key.Use == use && key.Status == status);

    /// <summary>The time from which a retired key is not kept any more; null if there is no retired key.</summary>
    public DateTimeOffset? FindFirstEnd() =>
        Keys.Where(key => key.Status == KeyStatus.Retired).Min(key => (DateTimeOffset?)EndOf(key));

    /// <summary>The time at which the content of the certificate last changed: later after each change.</summary>
    public DateTimeOffset CertificateChangedAt(DateTimeOffset now)
    {
        DateTimeOffset changedAt = ChangedAt;
        foreach (
            DateTimeOffset end in Keys.Where(key => key.Use == KeyUse.Signature && !IsAlive(key, now))
                .Select(EndOf)
                .Order()
        )
        {
            changedAt = Later(end, changedAt.AddSeconds(1));
        }

        return changedAt;
    }

    /// <summary>
    /// Adds a next key of each use. An encryption key that rotates by itself gets its next one at its own time.
    /// </summary>
    public KeyRing PublishNext(DateTimeOffset now, int? bits)
    {
        if (Find(KeyUse.Signature, KeyStatus.Next) is not null)
        {
            throw new InvalidOperationException(
                "There are next keys already. Use them with 'trusted-apps certificate rotate', once others have fetched the certificate."
            );
        }

        if (Keys.FirstOrDefault(key => key is { IsInProcess: false, Status: KeyStatus.Current }) is { } external)
        {
            throw new InvalidOperationException(
                $"The key {external.KeyId} is not in this process, so its successor must not be made in this process either. Make it where that key is, and publish it with PublishNextExternal(now, signing, encryption)."
            );
        }

        RequireRoom(now);
        KeyStatus status = HasVersion4Keys ? KeyStatus.Next : KeyStatus.Current;
        int length = bits ?? SigningKey?.PublicKey.Bits ?? DefaultBits;
        bool rotatesByItself = Find(KeyUse.Encryption)?.DueAt is not null;
        bool hasNext = Find(KeyUse.Encryption, KeyStatus.Next) is not null;
        PrivateKey[] encryption =
            rotatesByItself || hasNext ? [] : [PrivateKey.Generate(KeyUse.Encryption, length, status)];
        return Change(now, [.. Keys, PrivateKey.Generate(KeyUse.Signature, length, status), .. encryption]);
    }

    /// <summary>Adds next keys that were made elsewhere; null for a use without a next one.</summary>
    public KeyRing PublishNext(DateTimeOffset now, PrivateKey? signing, PrivateKey? encryption)
    {
        PrivateKey[] next = [.. new[] { signing, encryption }.OfType<PrivateKey>()];
        if (next.FirstOrDefault(key => Find(key.Use, KeyStatus.Next) is not null) is { } second)
        {
            throw new InvalidOperationException(
                $"There is a next key for {second.Use} already. Put it in use with Rotate, once others have fetched the certificate."
            );
        }

        if (signing is not null) RequireRoom(now);
        return Change(now, [.. Keys, .. next]);
    }

    /// <summary>Puts the next keys in use, except an encryption key that is put in use by itself.</summary>
    public KeyRing Rotate(DateTimeOffset now)
    {
        bool rotatesSigning = Find(KeyUse.Signature, KeyStatus.Next) is not null;
        bool rotatesEncryption = Find(KeyUse.Encryption, KeyStatus.Next) is { DueAt: null };
        if (!rotatesSigning && !rotatesEncryption)
        {
            throw new InvalidOperationException(
                "There are no next keys. Add them with 'trusted-apps certificate publish-next', 50 hours before their use."
            );
        }

        return Change(now, Keys.Select(key => (key.Use, key.Status) switch
        {
            (KeyUse.Encryption, _) when !rotatesEncryption => key,
            (KeyUse.Signature, _) when !rotatesSigning => key,
            (not KeyUse.Legacy, KeyStatus.Next) => key.As(KeyStatus.Current),
            (not KeyUse.Legacy, KeyStatus.Current) => key.As(KeyStatus.Retired, WholeSeconds(now)),
            _ => key,
        }));
    }

    /// <summary>
    /// The same keys without those that are not kept any more. The certificate is the same, and its time of issue.
    /// </summary>
    public KeyRing WithoutExpired(DateTimeOffset now) =>
        new(Keys.Where(key => IsAlive(key, now)), CertificateChangedAt(now));

    /// <summary>Other keys, of which those are kept that may be: the certificate becomes newer.</summary>
    public KeyRing Change(DateTimeOffset now, IEnumerable<PrivateKey> keys) => new(
        keys.Where(key => IsAlive(key, now)),
        HasVersion4Keys ? Later(WholeSeconds(now), CertificateChangedAt(now).AddSeconds(1)) : now);

    private const int DefaultBits = 3072;

    private void RequireRoom(DateTimeOffset now)
    {
        // beside the encryption key there must be room for its next one
        if (ListedSigningKeys(now).Length + 1 + 2 > MaxListedKeys)
        {
            throw new InvalidOperationException(
                "The certificate would list more than 8 keys: wait until retired ones have left it, 7 days after their rotation."
            );
        }
    }

    private static bool IsAlive(PrivateKey key, DateTimeOffset now) =>
        key.Status != KeyStatus.Retired || now < EndOf(key);

    private static DateTimeOffset EndOf(PrivateKey key) =>
        key.RetiredAt!.Value + (key.Use == KeyUse.Signature ? _signatureAfterlife : EncryptionAfterlife);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private void RequireOrder()
    {
        if (Keys.Count == 0 || Keys.Count(key => key.Use == KeyUse.Legacy) > 1)
        {
            throw new ArgumentException("An application must have keys, and at most one for versions 1 to 3.");
        }

        if (
            Keys.Any(key =>
                (key.Status == KeyStatus.Retired) != key.RetiredAt.HasValue
                || (key.DueAt.HasValue && (key.Status == KeyStatus.Retired || key.Use != KeyUse.Encryption))
                || (key.Use == KeyUse.Legacy && key.Status != KeyStatus.Current)
            )
        )
        {
            throw new ArgumentException(
                "A key must have the time of its retirement exactly if it is retired, only encryption keys in use or next are due, and a legacy key must be current."
            );
        }

        if (Keys.Select(key => key.PublicKey.Modulus).Distinct().Count() != Keys.Count)
        {
            throw new ArgumentException("A key must not serve two uses.");
        }

        int signing = Count(KeyUse.Signature, KeyStatus.Current);
        if (signing > 1 || signing != Count(KeyUse.Encryption, KeyStatus.Current))
        {
            throw new ArgumentException("There must be one current key of each use.");
        }

        if (Count(KeyUse.Signature, KeyStatus.Next) > 1 || Count(KeyUse.Encryption, KeyStatus.Next) > 1)
        {
            throw new ArgumentException("There must be at most one next key of each use.");
        }

        if (!HasVersion4Keys && Keys.Any(key => key.Use != KeyUse.Legacy))
        {
            throw new ArgumentException("There must be a current key of each use.");
        }
    }

    private int Count(KeyUse use, KeyStatus status) => Keys.Count(key => key.Use == use && key.Status == status);
}
