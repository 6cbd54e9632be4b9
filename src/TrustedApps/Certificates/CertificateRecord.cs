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
    /// <summary>The default time for which a replacement that adds or drops a signing key is held: 24 hours.</summary>
    public static readonly TimeSpan DefaultHold = TimeSpan.FromHours(24);

    private static readonly TimeSpan _warnAfter = TimeSpan.FromDays(30);

    private readonly DateTimeOffset _replacedKeysIssuedAt;
    private readonly ImmutableHashSet<string> _removed;
    private readonly ImmutableArray<ApplicationCertificate> _rejected; // by administrators, so there are few
    private readonly ImmutableHashSet<string> _rejectedKeys; // signing keys that rejected certificates brought

    private CertificateRecord(ApplicationCertificate certificate, BaseUrl? baseUrl, DateTimeOffset now)
    {
        (Certificate, Name, BaseUrl, LastConfirmedAt) = (certificate, certificate.Name, baseUrl, now);
        KeysIssuedAt = certificate.IssuedAt;
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
        (Certificate, KeysIssuedAt) = (changes.Certificate, changes.KeysIssuedAt);
        (Pending, Dropped, LastConfirmedAt) = (changes.Pending, changes.Dropped, changes.LastConfirmedAt);
        (Replaced, _replacedKeysIssuedAt) = (changes.Replaced, changes.ReplacedKeysIssuedAt);
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

    /// <summary>
    /// The last replacement that was dropped because it was no longer served; null if there is none. It stays until
    /// other signing keys come on record, or an administrator decides about a certificate.
    /// </summary>
    public DroppedCertificate? Dropped { get; }

    /// <summary>The last certificate with other signing keys, which can be restored; null if there is none.</summary>
    public ApplicationCertificate? Replaced { get; }

    /// <summary>The keys that an administrator removed. No certificate adds them again.</summary>
    public IReadOnlyCollection<string> RemovedThumbprints => _removed;

    /// <summary>
    /// The signing keys of certificates that an administrator rejected. No fetched certificate adds them. Encryption
    /// keys are not among them: a certificate proves no possession of these, so it may list another's.
    /// </summary>
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
            KeysIssuedAt = certificate.IssuedAt,
            Pending = null,
            Dropped = null,
            Replaced = LeftBy(certificate),
            ReplacedKeysIssuedAt = LeftBy(certificate) == Certificate ? KeysIssuedAt : _replacedKeysIssuedAt,
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
    /// The time for which a replacement that adds or drops a signing key is held; null for <see cref="DefaultHold"/>,
    /// zero for none.
    /// </param>
    /// <param name="isCounted">
    /// Whether this is the hourly check of the replacement that is held, at its own random time. Only these decide
    /// whether it takes effect or is dropped: the time of another fetch may have been chosen by a stranger.
    /// </param>
    /// <returns>The record to store, and the outcome.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The hold is negative.</exception>
    public CertificateOffer Offer(
        ApplicationCertificate fetched, DateTimeOffset now, TimeSpan? hold = null, bool isCounted = false)
    {
        ArgumentNullException.ThrowIfNull(fetched);
        TimeSpan wait = hold ?? DefaultHold;
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(hold));
        if (Pending is not { } pending) return Consider(fetched, now, wait);
        return IsOf(pending, fetched)
            ? ConsiderServed(pending, fetched, now, isCounted)
            : ConsiderAnother(pending, fetched, now, wait, isCounted);
    }

    /// <summary>Confirms the replacement that is held, as an administrator decides.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The record to store.</returns>
    /// <exception cref="InvalidOperationException">No replacement is held.</exception>
    public CertificateRecord Confirm(DateTimeOffset now)
    {
        PendingCertificate pending = RequirePending();
        return ReplaceBy(pending.Certificate, pending.KeysIssuedAt, now);
    }

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
                Dropped = null,
                Rejected = _rejected.Add(rejected),
                RejectedKeys = _rejectedKeys.Union(SigningKeysBrought(rejected, Certificate)),
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
                KeysIssuedAt = _replacedKeysIssuedAt,
                Pending = null,
                Dropped = null,
                Replaced = Certificate,
                ReplacedKeysIssuedAt = KeysIssuedAt,
                Rejected = _rejected.RemoveAll(rejected => HasSameKeys(rejected, restored)).Add(Certificate),
                RejectedKeys = _rejectedKeys
                    .Except(KeysOf(restored).Select(key => key.Thumbprint))
                    .Union(SigningKeysBrought(Certificate, restored)),
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
        if (Pending is not { } pending) return without;
        // no key that is still trusted has signed it, or nothing is left to wait for
        bool isOver = !without.IsAuthorised(pending.Certificate) || without.HasSigningKeysOf(pending.Certificate);
        return isOver ? without.WithPending(null) : without;
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
        KeysIssuedAt = KeysIssuedAt,
        Pending = StoredRecord.FindText(Pending?.Certificate),
        TakesEffectAt = Pending?.TakesEffectAt,
        Hold = Pending is not { } held
            ? null
            : new StoredHold
            {
                NextCheckAt = held.NextCheckAt,
                TimesServed = held.TimesServed,
                LastChecks = held.LastChecks,
                KeysIssuedAt = held.KeysIssuedAt,
            },
        Dropped = StoredRecord.FindText(Dropped?.Certificate),
        DroppedAt = Dropped?.DroppedAt,
        Replaced = StoredRecord.FindText(Replaced),
        ReplacedKeysIssuedAt = Replaced is null ? null : _replacedKeysIssuedAt,
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
        if (
            stored.Pending is null != stored.TakesEffectAt is null
            || stored.Dropped is null != stored.DroppedAt is null
            || (stored.Hold is not null && stored.Pending is null)
        )
        {
            throw new FormatException(
                "The stored record must have both a certificate that is held or was dropped and its time, or neither."
            );
        }

        ApplicationCertificate certificate = StoredRecord.Read(stored.Certificate);
        ApplicationCertificate? replaced = StoredRecord.Find(stored.Replaced);
        var changes = new Changes(
            certificate,
            stored.KeysIssuedAt ?? certificate.IssuedAt,
            ReadPending(stored),
            stored.Dropped is null ? null : new(StoredRecord.Read(stored.Dropped), stored.DroppedAt!.Value),
            replaced,
            stored.ReplacedKeysIssuedAt ?? replaced?.IssuedAt ?? default,
            stored.LastConfirmedAt,
            ImmutableHashSet.CreateRange<string>(StringComparer.Ordinal, stored.Removed),
            [.. stored.Rejected.Select(StoredRecord.Read)],
            ImmutableHashSet.CreateRange<string>(StringComparer.Ordinal, stored.RejectedKeys)
        );
        ApplicationCertificate?[] others =
            [changes.Pending?.Certificate, changes.Dropped?.Certificate, changes.Replaced, .. changes.Rejected];
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

    /// <summary>
    /// The earliest time of issue under which the signing keys on record came on record. A certificate with these keys
    /// counts from then on, one with others only if it is newer.
    /// </summary>
    internal DateTimeOffset KeysIssuedAt { get; }

    /// <summary>
    /// Claims the hourly check that is due: moves the next one into the next hour. Returns this record if none is due.
    /// </summary>
    internal CertificateRecord ClaimCheck(DateTimeOffset now, TimeSpan hold) =>
        Pending is { } pending && pending.IsCheckDue(now) ? WithPending(pending.ClaimCheck(now, hold)) : this;

    private CertificateOffer Consider(ApplicationCertificate fetched, DateTimeOffset now, TimeSpan hold)
    {
        if (FindObstacle(fetched) is { } obstacle) return Reject(obstacle);
        if (HasSigningKeysOf(fetched)) return PutOnRecord(fetched, now);
        if (Pending is not null) return Reject("Another new certificate is held, and no second one beside it.");
        if (hold == TimeSpan.Zero)
        {
            return new(ReplaceBy(fetched, fetched.IssuedAt, now), OfferOutcome.Replaced, Problem: null);
        }

        var pending = new PendingCertificate(fetched, now + hold) { NextCheckAt = RefreshSchedule.WithinHour(now) };
        return new CertificateOffer(WithPending(pending), OfferOutcome.Held, Problem: null);
    }

    // The same signing keys: the certificate that was fetched last counts, whatever another one dated ahead says.
    private CertificateOffer PutOnRecord(ApplicationCertificate fetched, DateTimeOffset now)
    {
        bool isConfirmation = fetched.EncryptionKeys.SequenceEqual(Certificate.EncryptionKeys);
        Changes changes = Current with { Certificate = fetched, LastConfirmedAt = Later(LastConfirmedAt, now) };
        return new CertificateOffer(
            new CertificateRecord(this, changes),
            isConfirmation ? OfferOutcome.Confirmed : OfferOutcome.Replaced,
            Problem: null
        );
    }

    private CertificateOffer ConsiderServed(
        PendingCertificate pending, ApplicationCertificate fetched, DateTimeOffset now, bool isCounted)
    {
        PendingCertificate served = pending.Served(fetched, isCounted);
        if (served == pending) return new(this, OfferOutcome.Held, Problem: null);
        return isCounted && served.IsProven(now)
            ? new(ReplaceBy(fetched, served.KeysIssuedAt, now), OfferOutcome.Replaced, Problem: null)
            : new(WithPending(served), OfferOutcome.Held, Problem: null);
    }

    private CertificateOffer ConsiderAnother(
        PendingCertificate pending,
        ApplicationCertificate fetched,
        DateTimeOffset now,
        TimeSpan hold,
        bool isCounted
    )
    {
        if (!isCounted) return Consider(fetched, now, hold);
        PendingCertificate counted = pending.NotServed();
        if (counted.TimesNotServed < PendingCertificate.MaxNotServed)
        {
            return WithPending(counted).Consider(fetched, now, hold);
        }

        // The certificate that ends the hold is considered at once: a stranger may choose the time of the next fetch.
        Changes changes = Current with { Pending = null, Dropped = new DroppedCertificate(pending.Certificate, now) };
        return new CertificateRecord(this, changes).Consider(fetched, now, hold) with { Dropped = counted };
    }

    private string? FindObstacle(ApplicationCertificate fetched)
    {
        if (fetched.Id != Id) return "The certificate is another application's.";
        if (
            _rejected.Any(rejected => IsRejectedAs(rejected, fetched))
            || fetched.SigningKeys.Any(key => _rejectedKeys.Contains(key.Thumbprint))
        )
        {
            return "An administrator has rejected these keys.";
        }

        // Not the reverse: a thief's certificate may have listed the application's next signing key for encryption.
        if (fetched.EncryptionKeys.Any(Certificate.SigningKeys.Contains))
        {
            return "The certificate lists a key for encryption that is on record for signing.";
        }

        if (!IsAuthorised(fetched))
        {
            return "No trusted signing key on record has signed the certificate: an administrator must replace the keys.";
        }

        if (HasSigningKeysOf(fetched))
        {
            return fetched.IssuedAt < KeysIssuedAt ? "The certificate is older than the one on record." : null;
        }

        return fetched.IssuedAt <= KeysIssuedAt ? "The certificate is not newer than the one on record." : null;
    }

    private Changes Current => new(
        Certificate,
        KeysIssuedAt,
        Pending,
        Dropped,
        Replaced,
        _replacedKeysIssuedAt,
        LastConfirmedAt,
        _removed,
        _rejected,
        _rejectedKeys
    );

    private CertificateOffer Reject(string problem) => new(this, OfferOutcome.Rejected, problem);

    private CertificateRecord WithPending(PendingCertificate? pending) => new(this, Current with { Pending = pending });

    private CertificateRecord ReplaceBy(
        ApplicationCertificate certificate, DateTimeOffset keysIssuedAt, DateTimeOffset confirmedAt) =>
        new(
            this,
            Current with
            {
                Certificate = certificate,
                KeysIssuedAt = keysIssuedAt,
                Pending = null,
                Dropped = null,
                Replaced = Certificate,
                ReplacedKeysIssuedAt = KeysIssuedAt,
                LastConfirmedAt = Later(LastConfirmedAt, confirmedAt),
            }
        );

    // The certificate that can be restored once another one is on record: the last with other signing keys.
    private ApplicationCertificate? LeftBy(ApplicationCertificate next) =>
        HasSameKeys(next.SigningKeys, Certificate.SigningKeys) ? Replaced : Certificate;

    private bool IsOf(PendingCertificate pending, ApplicationCertificate fetched) =>
        HasSameKeys(Trusted(pending.Certificate.SigningKeys), Trusted(fetched.SigningKeys))
        && FindObstacle(fetched) is null;

    // A key that was removed is not trusted, so a certificate neither adds it by listing it nor drops it.
    private bool HasSigningKeysOf(ApplicationCertificate certificate) =>
        HasSameKeys(SigningKeys, Trusted(certificate.SigningKeys));

    // Each signing key that a certificate lists has signed it.
    private bool IsAuthorised(ApplicationCertificate certificate) => SigningKeys.Any(certificate.SigningKeys.Contains);

    // If only encryption keys were rejected, equal signing keys are not enough.
    private bool IsRejectedAs(ApplicationCertificate rejected, ApplicationCertificate fetched) =>
        HasSameKeys(rejected.SigningKeys, Certificate.SigningKeys)
            ? HasSameKeys(rejected, fetched)
            : HasSameKeys(rejected.SigningKeys, fetched.SigningKeys);

    private PendingCertificate RequirePending() =>
        Pending ?? throw new InvalidOperationException("No replacement waits.");

    private IReadOnlyList<RsaPublicKey> Trusted(IReadOnlyList<RsaPublicKey> keys) =>
        keys.Any(key => _removed.Contains(key.Thumbprint))
            ? [.. keys.Where(key => !_removed.Contains(key.Thumbprint))]
            : keys;

    private static PendingCertificate? ReadPending(StoredRecord stored)
    {
        if (stored.Pending is null) return null;
        var pending = new PendingCertificate(StoredRecord.Read(stored.Pending), stored.TakesEffectAt!.Value);
        return stored.Hold is not { } hold
            ? pending
            : pending with
            {
                NextCheckAt = hold.NextCheckAt,
                TimesServed = hold.TimesServed,
                LastChecks = hold.LastChecks,
                KeysIssuedAt = hold.KeysIssuedAt,
            };
    }

    private static IEnumerable<RsaPublicKey> KeysOf(ApplicationCertificate certificate) =>
        certificate.SigningKeys.Concat(certificate.EncryptionKeys);

    private static IEnumerable<string> SigningKeysBrought(
        ApplicationCertificate rejected, ApplicationCertificate kept) =>
        rejected.SigningKeys.Except(kept.SigningKeys).Select(key => key.Thumbprint);

    // The order of encryption keys counts: session keys are wrapped to the first.
    private static bool HasSameKeys(ApplicationCertificate one, ApplicationCertificate other) =>
        HasSameKeys(one.SigningKeys, other.SigningKeys) && one.EncryptionKeys.SequenceEqual(other.EncryptionKeys);

    private static bool HasSameKeys(IReadOnlyList<RsaPublicKey> one, IReadOnlyList<RsaPublicKey> other) =>
        one.Count == other.Count && one.All(other.Contains); // none is listed twice

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private sealed record Changes(
        ApplicationCertificate Certificate,
        DateTimeOffset KeysIssuedAt,
        PendingCertificate? Pending,
        DroppedCertificate? Dropped,
        ApplicationCertificate? Replaced,
        DateTimeOffset ReplacedKeysIssuedAt,
        DateTimeOffset LastConfirmedAt,
        ImmutableHashSet<string> Removed,
        ImmutableArray<ApplicationCertificate> Rejected,
        ImmutableHashSet<string> RejectedKeys);
}
