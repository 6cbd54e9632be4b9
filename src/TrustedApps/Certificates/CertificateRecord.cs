using System.Collections.Immutable;
using TrustedApps.Keys;

namespace TrustedApps.Certificates;

/// <summary>
/// The certificate of another application as it is on record, and the rules by which it changes (specification
/// version-4.md, section 2, "Rotation"). Immutable: each step returns a new record, and time is an argument.
/// </summary>
/// <remarks>
/// A store must replace exactly the record that a step began with: otherwise two steps at once lose one.
/// </remarks>
public sealed class CertificateRecord
{
    /// <summary>The default time for which a replacement that drops a signing key is held: 24 hours.</summary>
    public static readonly TimeSpan DefaultHold = TimeSpan.FromHours(24);

    private static readonly TimeSpan _warnAfter = TimeSpan.FromDays(30);

    private readonly ImmutableHashSet<string> _removed;
    private readonly ImmutableArray<ApplicationCertificate> _rejected; // by administrators, so there are few
    private readonly ImmutableHashSet<string> _rejectedKeys; // the keys that a rejected certificate would have added

    private CertificateRecord(ApplicationCertificate certificate, BaseUrl? baseUrl, DateTimeOffset now)
    {
        (Certificate, Name, BaseUrl, LastConfirmedAt) = (certificate, certificate.Name, baseUrl, now);
        (_removed, _rejected) = (ImmutableHashSet.Create<string>(StringComparer.Ordinal), []);
        _rejectedKeys = _removed;
        (SigningKeys, EncryptionKeys) = (certificate.SigningKeys, certificate.EncryptionKeys);
    }

    private CertificateRecord(CertificateRecord previous, Changes changes)
        : this(previous.Name, previous.BaseUrl, changes)
    {
    }

    private CertificateRecord(string name, BaseUrl? baseUrl, Changes changes)
    {
        (Name, BaseUrl) = (name, baseUrl);
        (Certificate, Pending, Replaced, LastConfirmedAt) = (
            changes.Certificate,
            changes.Pending,
            changes.Replaced,
            changes.LastConfirmedAt
        );
        (_removed, _rejected, _rejectedKeys) = (changes.Removed, changes.Rejected, changes.RejectedKeys);
        SigningKeys = Trusted(Certificate.SigningKeys);
        EncryptionKeys = Trusted(Certificate.EncryptionKeys);
    }

    /// <summary>The application id.</summary>
    public string Id => Certificate.Id;

    /// <summary>
    /// The name that an administrator saw when trust was made. Later certificates do not change it. Hostile text.
    /// </summary>
    public string Name { get; }

    /// <summary>The only base URL from which the certificate is fetched again; null if it came from a file.</summary>
    public BaseUrl? BaseUrl { get; }

    /// <summary>
    /// The certificate on record. Not all of its keys need be trusted; see <see cref="RemovedThumbprints"/>.
    /// </summary>
    public ApplicationCertificate Certificate { get; }

    /// <summary>The signing keys that are trusted.</summary>
    public IReadOnlyList<RsaPublicKey> SigningKeys { get; }

    /// <summary>The encryption keys that are trusted. Session keys are wrapped to the first.</summary>
    public IReadOnlyList<RsaPublicKey> EncryptionKeys { get; }

    /// <summary>The replacement that is held; null if there is none.</summary>
    public PendingCertificate? Pending { get; }

    /// <summary>The previous certificate, which can be restored; null if there is none.</summary>
    public ApplicationCertificate? Replaced { get; }

    /// <summary>The keys that an administrator removed. No certificate adds them again.</summary>
    public IReadOnlyCollection<string> RemovedThumbprints => _removed;

    /// <summary>The keys of certificates that an administrator rejected. No fetched certificate adds them.</summary>
    public IReadOnlyCollection<string> RejectedThumbprints => _rejectedKeys;

    /// <summary>The time at which the application last presented the keys on record.</summary>
    public DateTimeOffset LastConfirmedAt { get; }

    /// <summary>
    /// Makes the record of a certificate that an administrator has compared: of a new application, or with new keys of
    /// a known one.
    /// </summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="baseUrl">The base URL from which it was fetched; null if it came from a file.</param>
    /// <param name="now">The time.</param>
    /// <returns>The record.</returns>
    public static CertificateRecord Establish(ApplicationCertificate certificate, BaseUrl? baseUrl, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new CertificateRecord(certificate, baseUrl, now);
    }

    /// <summary>
    /// Replaces the certificate by one that an administrator has compared; no signature by a key on record is needed.
    /// Keys that were removed or rejected stay so, except those that the new certificate lists.
    /// </summary>
    /// <param name="certificate">The certificate; of the same application.</param>
    /// <param name="baseUrl">The base URL from which it was fetched; null if it came from a file.</param>
    /// <param name="now">The time.</param>
    /// <returns>The record to store. The previous certificate can be restored.</returns>
    /// <exception cref="ArgumentException">The certificate belongs to another application.</exception>
    public CertificateRecord Replace(ApplicationCertificate certificate, BaseUrl? baseUrl, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (certificate.Id != Id)
        {
            throw new ArgumentException(
                $"The certificate belongs to '{certificate.Id}', not to '{Id}'.",
                nameof(certificate)
            );
        }

        string[] compared = [.. KeysOf(certificate).Select(key => key.Thumbprint)];
        return new CertificateRecord(Name, baseUrl, Current with
        {
            Certificate = certificate,
            Pending = null,
            Replaced = Certificate,
            LastConfirmedAt = now,
            Removed = _removed.Except(compared),
            Rejected = _rejected.RemoveAll(rejected => HasSameKeys(rejected, certificate)),
            RejectedKeys = _rejectedKeys.Except(compared),
        });
    }

    /// <summary>Considers a certificate that was fetched from the base URL on record.</summary>
    /// <param name="fetched">The certificate.</param>
    /// <param name="now">The time.</param>
    /// <param name="hold">
    /// The time for which a replacement that drops a signing key is held; null for <see cref="DefaultHold"/>.
    /// </param>
    /// <returns>The record to store, and the outcome.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The hold is negative.</exception>
    public CertificateOffer Offer(ApplicationCertificate fetched, DateTimeOffset now, TimeSpan? hold = null)
    {
        ArgumentNullException.ThrowIfNull(fetched);
        TimeSpan wait = hold ?? DefaultHold;
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(hold));
        return Advance(now).Consider(fetched, now, wait);
    }

    /// <summary>
    /// Puts a replacement on record once its hold has passed. Call it regularly, and before the record is used.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <returns>The record to store: this one if nothing has changed.</returns>
    public CertificateRecord Advance(DateTimeOffset now) =>
        Pending is not null && now >= Pending.TakesEffectAt ? ReplaceBy(Pending.Certificate, LastConfirmedAt) : this;

    /// <summary>Confirms the replacement that is held, as an administrator decides.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The record to store.</returns>
    /// <exception cref="InvalidOperationException">No replacement is held.</exception>
    public CertificateRecord Confirm(DateTimeOffset now) => ReplaceBy(RequirePending().Certificate, now);

    /// <summary>
    /// Rejects the replacement that is held, as an administrator decides. Its signing keys are never held again.
    /// </summary>
    /// <returns>The record to store.</returns>
    /// <exception cref="InvalidOperationException">No replacement is held.</exception>
    public CertificateRecord Reject()
    {
        ApplicationCertificate rejected = RequirePending().Certificate;
        return new CertificateRecord(
            this,
            Current with
            {
                Pending = null,
                Rejected = _rejected.Add(rejected),
                RejectedKeys = _rejectedKeys.Union(KeysBrought(rejected, Certificate)),
            }
        );
    }

    /// <summary>
    /// Restores the previous certificate, as an administrator decides. The current one can then be restored in turn,
    /// and no fetch puts it on record again.
    /// </summary>
    /// <returns>The record to store.</returns>
    /// <exception cref="InvalidOperationException">There is no previous certificate.</exception>
    public CertificateRecord Restore()
    {
        ApplicationCertificate restored =
            Replaced ?? throw new InvalidOperationException("No certificate was replaced, so none can be restored.");
        return new CertificateRecord(
            this,
            Current with
            {
                Certificate = restored,
                Pending = null,
                Replaced = Certificate,
                Rejected = _rejected.RemoveAll(rejected => HasSameKeys(rejected, restored)).Add(Certificate),
                RejectedKeys = _rejectedKeys
                    .Except(KeysOf(restored).Select(key => key.Thumbprint))
                    .Union(KeysBrought(Certificate, restored)),
            }
        );
    }

    /// <summary>
    /// Removes a key at once and for good, as an administrator decides: it neither signs for the application nor
    /// authorises a replacement, whichever certificate lists it. Only <see cref="Establish"/> and <see cref="Replace"/>
    /// add it again.
    /// </summary>
    /// <param name="thumbprint">The key's thumbprint.</param>
    /// <returns>The record to store.</returns>
    /// <exception cref="ArgumentException">No certificate on record lists the key.</exception>
    public CertificateRecord RemoveKey(string thumbprint)
    {
        ApplicationCertificate?[] known = [Certificate, Pending?.Certificate, Replaced];
        if (!known.OfType<ApplicationCertificate>().SelectMany(KeysOf).Any(key => key.Thumbprint == thumbprint))
        {
            throw new ArgumentException("The application has no key with that thumbprint.", nameof(thumbprint));
        }

        var without = new CertificateRecord(this, Current with { Removed = _removed.Add(thumbprint) });
        return Pending is null || without.IsAuthorised(Pending.Certificate)
            ? without
            // no key that is still trusted has signed it
            : new CertificateRecord(without, without.Current with { Pending = null });
    }

    /// <summary>
    /// Returns the whole record to be stored; <see cref="Parse"/> reads it. Holds public keys and history, no secrets.
    /// </summary>
    /// <returns>A JSON object in UTF-8.</returns>
    public byte[] ToBytes() => new StoredRecord
    {
        Name = Name,
        BaseUrl = BaseUrl?.Text,
        Certificate = StoredRecord.TextOf(Certificate),
        Pending = Pending is null ? null : StoredRecord.TextOf(Pending.Certificate),
        TakesEffectAt = Pending?.TakesEffectAt,
        Replaced = Replaced is null ? null : StoredRecord.TextOf(Replaced),
        LastConfirmedAt = LastConfirmedAt,
        Removed = [.. _removed.Order(StringComparer.Ordinal)],
        Rejected = [.. _rejected.Select(StoredRecord.TextOf)],
        RejectedKeys = [.. _rejectedKeys.Order(StringComparer.Ordinal)],
    }.ToBytes();

    /// <summary>
    /// Reads a record that was stored. Certificates are not verified again: store records where no other program
    /// writes.
    /// </summary>
    /// <param name="json">The result of <see cref="ToBytes"/>.</param>
    /// <returns>The record.</returns>
    /// <exception cref="FormatException">The bytes are not a stored record.</exception>
    public static CertificateRecord Parse(ReadOnlySpan<byte> json)
    {
        StoredRecord stored = StoredRecord.Parse(json);
        if (stored.Pending is null != stored.TakesEffectAt is null)
        {
            throw new FormatException(
                "The stored record must have both a certificate that is held and the time at which it takes effect, or neither."
            );
        }

        var changes = new Changes(
            StoredRecord.Read(stored.Certificate),
            stored.Pending is null
                ? null
                : new PendingCertificate(StoredRecord.Read(stored.Pending), stored.TakesEffectAt!.Value),
            stored.Replaced is null ? null : StoredRecord.Read(stored.Replaced),
            stored.LastConfirmedAt,
            ImmutableHashSet.CreateRange<string>(StringComparer.Ordinal, stored.Removed),
            [.. stored.Rejected.Select(StoredRecord.Read)],
            ImmutableHashSet.CreateRange<string>(StringComparer.Ordinal, stored.RejectedKeys)
        );
        ApplicationCertificate?[] others = [changes.Pending?.Certificate, changes.Replaced, .. changes.Rejected];
        if (Array.Exists(others, other => other is not null && other.Id != changes.Certificate.Id))
        {
            throw new FormatException("The stored record has certificates of several applications.");
        }

        BaseUrl? baseUrl =
            stored.BaseUrl is null ? null
            : BaseUrl.TryParse(stored.BaseUrl, out BaseUrl? read) ? read
            : throw new FormatException("The stored base URL cannot be read.");
        return new CertificateRecord(stored.Name, baseUrl, changes);
    }

    /// <summary>
    /// Whether the certificate could not be confirmed for 30 days, so that an administrator should check.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <returns>Whether to warn; false for a certificate from a file, which is never fetched.</returns>
    public bool NeedsWarning(DateTimeOffset now) => BaseUrl is not null && now - LastConfirmedAt > _warnAfter;

    /// <summary>Returns the id and the thumbprints of the trusted signing keys.</summary>
    /// <returns>A text for logs.</returns>
    public override string ToString() => $"{Id} ({string.Join(", ", SigningKeys)})";

    /// <summary>Finds a trusted signing key by its id, without allocating.</summary>
    internal RsaPublicKey? FindSigningKey(ReadOnlySpan<char> keyId)
    {
        for (int index = 0; index < SigningKeys.Count; index++)
        {
            if (keyId.SequenceEqual(SigningKeys[index].Thumbprint)) return SigningKeys[index];
        }

        return null;
    }

    /// <summary>
    /// Whether the certificate on record or the one that is held lists a key with this modulus, for any use.
    /// </summary>
    internal bool Lists(RsaPublicKey key) =>
        KeysOf(Certificate)
            .Concat(Pending is null ? [] : KeysOf(Pending.Certificate))
            .Any(listed => listed.Modulus == key.Modulus);

    private CertificateOffer Consider(ApplicationCertificate fetched, DateTimeOffset now, TimeSpan hold)
    {
        if (fetched.Id != Id) return Reject("The certificate is another application's.");
        if (HasSameKeys(fetched, Certificate)) return ConsiderSameKeys(fetched, now);
        if (fetched.IssuedAt <= Certificate.IssuedAt)
        {
            return Reject("The certificate is not newer than the one on record.");
        }

        if (fetched.IssuedAt < Pending?.Certificate.IssuedAt)
        {
            return Reject("The certificate is older than the one that is held.");
        }

        if (
            _rejected.Any(rejected => IsRejectedAs(rejected, fetched))
            || KeysOf(fetched).Any(key => _rejectedKeys.Contains(key.Thumbprint))
        )
        {
            return Reject("An administrator has rejected these keys.");
        }

        if (SharesKeyWithOtherUse(fetched))
        {
            return Reject("The certificate lists a key for signing that is on record for encryption, or the reverse.");
        }

        if (!IsAuthorised(fetched))
        {
            return Reject(
                "No trusted signing key on record has signed the certificate: an administrator must replace the keys."
            );
        }

        if (SigningKeys.All(fetched.SigningKeys.Contains))
        {
            return new CertificateOffer(ReplaceBy(fetched, now), OfferOutcome.Replaced, Problem: null);
        }

        // Other signing keys start a new hold. The same ones do not, however often they are fetched.
        DateTimeOffset takesEffectAt =
            Pending is not null && HasSameKeys(Pending.Certificate.SigningKeys, fetched.SigningKeys)
                ? Pending.TakesEffectAt
                : now + hold;
        CertificateRecord held = new(this, Current with { Pending = new PendingCertificate(fetched, takesEffectAt) });
        CertificateRecord advanced = held.Advance(now);
        return new CertificateOffer(
            advanced,
            ReferenceEquals(advanced, held) ? OfferOutcome.Held : OfferOutcome.Replaced,
            Problem: null
        );
    }

    // An older copy of the certificate on record confirms nothing. Only a copy newer than the held one cancels the
    // hold.
    private CertificateOffer ConsiderSameKeys(ApplicationCertificate fetched, DateTimeOffset now)
    {
        if (fetched.IssuedAt < Certificate.IssuedAt) return Reject("The certificate is older than the one on record.");
        bool cancelsPending = fetched.IssuedAt > Pending?.Certificate.IssuedAt;
        var record = new CertificateRecord(this, Current with
        {
            Certificate = fetched,
            Pending = cancelsPending ? null : Pending,
            LastConfirmedAt = Later(LastConfirmedAt, now),
        });
        return new CertificateOffer(record, OfferOutcome.Confirmed, Problem: null);
    }

    private Changes Current => new(Certificate, Pending, Replaced, LastConfirmedAt, _removed, _rejected, _rejectedKeys);

    private CertificateOffer Reject(string problem) => new(this, OfferOutcome.Rejected, problem);

    private CertificateRecord ReplaceBy(ApplicationCertificate certificate, DateTimeOffset confirmedAt) =>
        new(
            this,
            Current with
            {
                Certificate = certificate,
                Pending = null,
                Replaced = Certificate,
                LastConfirmedAt = Later(LastConfirmedAt, confirmedAt),
            }
        );

    // Each signing key that a certificate lists has signed it.
    private bool IsAuthorised(ApplicationCertificate certificate) => SigningKeys.Any(certificate.SigningKeys.Contains);

    // If only encryption keys were rejected, equal signing keys are not enough.
    private bool IsRejectedAs(ApplicationCertificate rejected, ApplicationCertificate fetched) =>
        HasSameKeys(rejected.SigningKeys, Certificate.SigningKeys)
            ? HasSameKeys(rejected, fetched)
            : HasSameKeys(rejected.SigningKeys, fetched.SigningKeys);

    private bool SharesKeyWithOtherUse(ApplicationCertificate fetched) =>
        fetched.SigningKeys.Any(Certificate.EncryptionKeys.Contains)
        || fetched.EncryptionKeys.Any(Certificate.SigningKeys.Contains);

    private PendingCertificate RequirePending() =>
        Pending ?? throw new InvalidOperationException("No replacement waits.");

    private IReadOnlyList<RsaPublicKey> Trusted(IReadOnlyList<RsaPublicKey> keys) =>
        keys.Any(key => _removed.Contains(key.Thumbprint))
            ? [.. keys.Where(key => !_removed.Contains(key.Thumbprint))]
            : keys;

    private static IEnumerable<RsaPublicKey> KeysOf(ApplicationCertificate certificate) =>
        certificate.SigningKeys.Concat(certificate.EncryptionKeys);

    private static IEnumerable<string> KeysBrought(ApplicationCertificate rejected, ApplicationCertificate kept) =>
        KeysOf(rejected)
            .Select(key => key.Thumbprint)
            .Except(KeysOf(kept).Select(key => key.Thumbprint), StringComparer.Ordinal);

    // The order of encryption keys counts: session keys are wrapped to the first.
    private static bool HasSameKeys(ApplicationCertificate one, ApplicationCertificate other) =>
        HasSameKeys(one.SigningKeys, other.SigningKeys) && one.EncryptionKeys.SequenceEqual(other.EncryptionKeys);

    private static bool HasSameKeys(IReadOnlyList<RsaPublicKey> one, IReadOnlyList<RsaPublicKey> other) =>
        one.Count == other.Count && one.All(other.Contains); // none is listed twice

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private sealed record Changes(
        ApplicationCertificate Certificate,
        PendingCertificate? Pending,
        ApplicationCertificate? Replaced,
        DateTimeOffset LastConfirmedAt,
        ImmutableHashSet<string> Removed,
        ImmutableArray<ApplicationCertificate> Rejected,
        ImmutableHashSet<string> RejectedKeys);
}
