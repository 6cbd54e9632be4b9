namespace TrustedApps.Keys;

/// <summary>
/// The private keys of one application and their rotation (specification version-4.md, section 2). Immutable. Time is
/// whole seconds, rounded down.
/// </summary>
internal sealed class KeyRing
{
    /// <summary>The number of keys that a certificate may list (specification version-4.md, section 2).</summary>
    public const int MaxListedKeys = 8;

    // The certificate must carry a signature of an old key until others have the new one on record: they fetch it
    // within 24 hours and hold it for 24 hours and one, and a hold that another server's answers have ended begins
    // again.
    private static readonly TimeSpan _signatureAfterlife = TimeSpan.FromDays(7);

    // Others fetch the certificate again after 24 h at most, may hold it for 24 h and one more, and wrap to the old key
    // until then. Such a key grant lives 3,600 s at most, and clocks differ by 60 s at most.
    private static readonly TimeSpan _encryptionAfterlife =
        TimeSpan.FromHours(24 + 24 + 1 + 1) + TimeSpan.FromSeconds(60);

    public KeyRing(IEnumerable<PrivateKey> keys, DateTimeOffset changedAt)
    {
        Keys = [.. keys.OrderBy(key => key.Use).ThenBy(key => key.Status)];
        ChangedAt = WholeSeconds(changedAt);
        (Legacy, SigningKey) = (FindCurrent(KeyUse.Legacy), FindCurrent(KeyUse.Signature));
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

    public KeyRing PublishNext(DateTimeOffset now, int? bits)
    {
        if (Keys.Any(key => key.Status == KeyStatus.Next))
        {
            throw new InvalidOperationException(
                "There are next keys already. Use them with 'trusted-apps certificate rotate', once others have fetched the certificate."
            );
        }

        if (ListedSigningKeys(now).Length + 1 + ListedEncryptionKeys().Length + 1 > MaxListedKeys)
        {
            throw new InvalidOperationException(
                "The certificate would list more than 8 keys: wait until retired ones have left it, 7 days after their rotation."
            );
        }

        KeyStatus status = HasVersion4Keys ? KeyStatus.Next : KeyStatus.Current;
        int length = bits ?? SigningKey?.PublicKey.Bits ?? DefaultBits;
        return Change(
            now,
            [
                .. Keys,
                PrivateKey.Generate(KeyUse.Signature, length, status),
                PrivateKey.Generate(KeyUse.Encryption, length, status),
            ]
        );
    }

    public KeyRing Rotate(DateTimeOffset now)
    {
        if (!Keys.Any(key => key.Status == KeyStatus.Next))
        {
            throw new InvalidOperationException(
                "There are no next keys. Add them with 'trusted-apps certificate publish-next', 50 hours before their use."
            );
        }

        return Change(now, Keys.Select(key => (key.Use, key.Status) switch
        {
            (not KeyUse.Legacy, KeyStatus.Next) => key.As(KeyStatus.Current),
            (not KeyUse.Legacy, KeyStatus.Current) => key.As(KeyStatus.Retired, WholeSeconds(now)),
            _ => key,
        }));
    }

    private const int DefaultBits = 3072;

    private KeyRing Change(DateTimeOffset now, IEnumerable<PrivateKey> keys) => new(
        keys.Where(key => IsAlive(key, now)),
        HasVersion4Keys ? Later(WholeSeconds(now), CertificateChangedAt(now).AddSeconds(1)) : now);

    private PrivateKey? FindCurrent(KeyUse use) =>
        Keys.FirstOrDefault(key => key.Use == use && key.Status == KeyStatus.Current);

    private static bool IsAlive(PrivateKey key, DateTimeOffset now) =>
        key.Status != KeyStatus.Retired || now < EndOf(key);

    private static DateTimeOffset EndOf(PrivateKey key) =>
        key.RetiredAt!.Value + (key.Use == KeyUse.Signature ? _signatureAfterlife : _encryptionAfterlife);

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
                || (key.Use == KeyUse.Legacy && key.Status != KeyStatus.Current)
            )
        )
        {
            throw new ArgumentException(
                "A key must have the time of its retirement exactly if it is retired, and a legacy key must be current."
            );
        }

        if (Keys.Select(key => key.PublicKey.Modulus).Distinct().Count() != Keys.Count)
        {
            throw new ArgumentException("A key must not serve two uses.");
        }

        foreach (KeyStatus status in (ReadOnlySpan<KeyStatus>)[KeyStatus.Current, KeyStatus.Next])
        {
            int signing = Count(KeyUse.Signature, status), encryption = Count(KeyUse.Encryption, status);
            if (signing > 1 || signing != encryption)
            {
                throw new ArgumentException("There must be one current key of each use, and at most one next.");
            }
        }

        if (!HasVersion4Keys && Keys.Any(key => key.Use != KeyUse.Legacy))
        {
            throw new ArgumentException("There must be a current key of each use.");
        }
    }

    private int Count(KeyUse use, KeyStatus status) => Keys.Count(key => key.Use == use && key.Status == status);
}
