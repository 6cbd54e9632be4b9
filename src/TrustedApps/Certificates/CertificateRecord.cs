using System.Collections.Immutable;
using TrustedApps.Keys;

namespace TrustedApps.Certificates;

/// <summary>
/// What is on record of another application's certificate, and the rules by which it changes (specification
/// version-4.md, section 2, "Rotation"). Immutable: each step gives a new record, and time is an argument.
/// </summary>
/// <remarks>Whoever stores records replaces the very one that a step began with, so that no step is lost to another.</remarks>
public sealed class CertificateRecord
{
    /// <summary>How long a replacement that leaves out a signing key is held, unless something else is said: 24 hours.</summary>
    public static readonly TimeSpan DefaultHold = TimeSpan.FromHours(24);

    private static readonly TimeSpan _warnAfter = TimeSpan.FromDays(30);

    private readonly ImmutableHashSet<string> _removed;
    private readonly ImmutableArray<ApplicationCertificate> _rejected; // by administrators, so they are few
    private readonly ImmutableHashSet<string> _rejectedKeys; // those that a rejected certificate would have brought

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
        (Certificate, Pending, Replaced, LastConfirmedAt) = (changes.Certificate, changes.Pending, changes.Replaced, changes.LastConfirmedAt);
        (_removed, _rejected, _rejectedKeys) = (changes.Removed, changes.Rejected, changes.RejectedKeys);
        SigningKeys = Trusted(Certificate.SigningKeys);
        EncryptionKeys = Trusted(Certificate.EncryptionKeys);
    }

    /// <summary>The application id.</summary>
    public string Id => Certificate.Id;

    /// <summary>The name that an administrator saw when trust was made: no later certificate changes it. Hostile text.</summary>
    public string Name { get; }

    /// <summary>The only place from which the certificate is fetched again; null if it came from a file.</summary>
    public BaseUrl? BaseUrl { get; }

    /// <summary>The certificate on record. Not all of its keys need be trusted; see <see cref="RemovedThumbprints"/>.</summary>
    public ApplicationCertificate Certificate { get; }

    /// <summary>The signing keys that are trusted.</summary>
    public IReadOnlyList<RsaPublicKey> SigningKeys { get; }

    /// <summary>The encryption keys that are trusted: the first is the one to wrap to.</summary>
    public IReadOnlyList<RsaPublicKey> EncryptionKeys { get; }

    /// <summary>A replacement that waits, or null.</summary>
    public PendingCertificate? Pending { get; }

    /// <summary>The certificate before this one, which can be restored; or null.</summary>
    public ApplicationCertificate? Replaced { get; }

    /// <summary>Keys that an administrator removed: no certificate brings them back.</summary>
    public IReadOnlyCollection<string> RemovedThumbprints => _removed;

    /// <summary>When the application was last seen to have the keys on record.</summary>
    public DateTimeOffset LastConfirmedAt { get; }

    /// <summary>Puts on record what an administrator has compared and confirmed: a new application, or all keys of a known one.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="baseUrl">Where it was fetched; null if it came from a file.</param>
    /// <param name="now">The time.</param>
    /// <returns>The record.</returns>
    public static CertificateRecord Establish(ApplicationCertificate certificate, BaseUrl? baseUrl, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new CertificateRecord(certificate, baseUrl, now);
    }

    /// <summary>
    /// An administrator puts a certificate on record that he has compared, in the place of this one, whoever vouches for it.
    /// Keys that were removed or rejected stay so, but for those that it lists.
    /// </summary>
    /// <param name="certificate">The certificate; of the same application.</param>
    /// <param name="baseUrl">Where it was fetched; null if it came from a file.</param>
    /// <param name="now">The time.</param>
    /// <returns>The record to keep. This one's certificate can be restored.</returns>
    /// <exception cref="ArgumentException">The certificate is another application's.</exception>
    public CertificateRecord Replace(ApplicationCertificate certificate, BaseUrl? baseUrl, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (certificate.Id != Id) throw new ArgumentException($"The certificate is of '{certificate.Id}', not of '{Id}'.", nameof(certificate));
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
    /// <param name="hold">How long a replacement that leaves out a signing key is held; null for <see cref="DefaultHold"/>.</param>
    /// <returns>The record to keep, and what came of it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The hold is negative.</exception>
    public CertificateOffer Offer(ApplicationCertificate fetched, DateTimeOffset now, TimeSpan? hold = null)
    {
        ArgumentNullException.ThrowIfNull(fetched);
        TimeSpan wait = hold ?? DefaultHold;
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(hold));
        return Advance(now).Consider(fetched, now, wait);
    }

    /// <summary>Puts a replacement on record whose hold has passed. Call it from time to time, and before the record is used.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The record to keep: this one when nothing has changed.</returns>
    public CertificateRecord Advance(DateTimeOffset now) =>
        Pending is not null && now >= Pending.TakesEffectAt ? ReplaceBy(Pending.Certificate, LastConfirmedAt) : this;

    /// <summary>An administrator confirms the replacement that waits.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The record to keep.</returns>
    /// <exception cref="InvalidOperationException">None waits.</exception>
    public CertificateRecord Confirm(DateTimeOffset now) => ReplaceBy(RequirePending().Certificate, now);

    /// <summary>An administrator rejects the replacement that waits: its signing keys are not offered again.</summary>
    /// <returns>The record to keep.</returns>
    /// <exception cref="InvalidOperationException">None waits.</exception>
    public CertificateRecord Reject()
    {
        ApplicationCertificate rejected = RequirePending().Certificate;
        return new CertificateRecord(this, Current with { Pending = null, Rejected = _rejected.Add(rejected), RejectedKeys = _rejectedKeys.Union(KeysBrought(rejected, Certificate)) });
    }

    /// <summary>
    /// An administrator puts back the certificate before this one. This one becomes the one that can be restored, and
    /// does not return unasked.
    /// </summary>
    /// <returns>The record to keep.</returns>
    /// <exception cref="InvalidOperationException">There is none before this one.</exception>
    public CertificateRecord Restore()
    {
        ApplicationCertificate restored = Replaced ?? throw new InvalidOperationException("No certificate was replaced, so there is none to restore.");
        return new CertificateRecord(this, Current with
        {
            Certificate = restored,
            Pending = null,
            Replaced = Certificate,
            Rejected = _rejected.RemoveAll(rejected => HasSameKeys(rejected, restored)).Add(Certificate),
            RejectedKeys = _rejectedKeys.Except(KeysOf(restored).Select(key => key.Thumbprint)).Union(KeysBrought(Certificate, restored)),
        });
    }

    /// <summary>
    /// An administrator removes a key, at once and for good: it neither signs for the application nor authorises a
    /// replacement, whichever certificate lists it. Only <see cref="Establish"/> brings it back.
    /// </summary>
    /// <param name="thumbprint">The key's thumbprint.</param>
    /// <returns>The record to keep.</returns>
    /// <exception cref="ArgumentException">No certificate on record lists the key.</exception>
    public CertificateRecord RemoveKey(string thumbprint)
    {
        ApplicationCertificate?[] known = [Certificate, Pending?.Certificate, Replaced];
        if (!known.OfType<ApplicationCertificate>().SelectMany(KeysOf).Any(key => key.Thumbprint == thumbprint)) throw new ArgumentException("The application has no key with that thumbprint.", nameof(thumbprint));

        var without = new CertificateRecord(this, Current with { Removed = _removed.Add(thumbprint) });
        return Pending is null || without.IsAuthorised(Pending.Certificate)
            ? without
            : new CertificateRecord(without, without.Current with { Pending = null }); // nobody who is still trusted vouches for it
    }

    /// <summary>The whole record, to be stored; <see cref="Parse"/> reads it. Public keys and history only, no secret.</summary>
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

    /// <summary>Reads a record that was stored. What was verified before is not verified again: store it where nobody else writes.</summary>
    /// <param name="json">What <see cref="ToBytes"/> gave.</param>
    /// <returns>The record.</returns>
    /// <exception cref="FormatException">It is not that.</exception>
    public static CertificateRecord Parse(ReadOnlySpan<byte> json)
    {
        StoredRecord stored = StoredRecord.Parse(json);
        if (stored.Pending is null != stored.TakesEffectAt is null) throw new FormatException("The stored record names a certificate that waits, or the moment when it takes effect, but not both.");
        var changes = new Changes(
            StoredRecord.Read(stored.Certificate),
            stored.Pending is null ? null : new PendingCertificate(StoredRecord.Read(stored.Pending), stored.TakesEffectAt!.Value),
            stored.Replaced is null ? null : StoredRecord.Read(stored.Replaced),
            stored.LastConfirmedAt,
            ImmutableHashSet.CreateRange<string>(StringComparer.Ordinal, stored.Removed),
            [.. stored.Rejected.Select(StoredRecord.Read)],
            ImmutableHashSet.CreateRange<string>(StringComparer.Ordinal, stored.RejectedKeys));
        ApplicationCertificate?[] others = [changes.Pending?.Certificate, changes.Replaced, .. changes.Rejected];
        if (Array.Exists(others, other => other is not null && other.Id != changes.Certificate.Id)) throw new FormatException("The stored record has certificates of several applications.");
        BaseUrl? baseUrl = stored.BaseUrl is null ? null : BaseUrl.TryParse(stored.BaseUrl, out BaseUrl? read) ? read : throw new FormatException("The stored base URL cannot be read.");
        return new CertificateRecord(stored.Name, baseUrl, changes);
    }

    /// <summary>Whether the certificate could not be confirmed for 30 days, which an administrator should hear of.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Whether it is so; never for a certificate from a file, which nobody fetches.</returns>
    public bool NeedsWarning(DateTimeOffset now) => BaseUrl is not null && now - LastConfirmedAt > _warnAfter;

    /// <summary>The id and the thumbprints of the trusted signing keys.</summary>
    /// <returns>A text for logs.</returns>
    public override string ToString() => $"{Id} ({string.Join(", ", SigningKeys)})";

    /// <summary>A trusted signing key by its id, without allocating.</summary>
    internal RsaPublicKey? FindSigningKey(ReadOnlySpan<char> keyId)
    {
        for (int index = 0; index < SigningKeys.Count; index++)
        {
            if (keyId.SequenceEqual(SigningKeys[index].Thumbprint)) return SigningKeys[index];
        }

        return null;
    }

    /// <summary>Whether a certificate on record, or one that waits, lists a key with this modulus, for whatever use.</summary>
    internal bool Lists(RsaPublicKey key) =>
        KeysOf(Certificate).Concat(Pending is null ? [] : KeysOf(Pending.Certificate)).Any(listed => listed.Modulus == key.Modulus);

    private CertificateOffer Consider(ApplicationCertificate fetched, DateTimeOffset now, TimeSpan hold)
    {
        if (fetched.Id != Id) return Reject("The certificate is another application's.");
        if (HasSameKeys(fetched, Certificate)) return ConsiderSameKeys(fetched, now);
        if (fetched.IssuedAt <= Certificate.IssuedAt) return Reject("The certificate is not newer than the one on record.");
        if (fetched.IssuedAt < Pending?.Certificate.IssuedAt) return Reject("The certificate is older than the one that waits.");
        if (_rejected.Any(rejected => IsRejectedAs(rejected, fetched)) || KeysOf(fetched).Any(key => _rejectedKeys.Contains(key.Thumbprint))) return Reject("An administrator has rejected these keys.");
        if (SharesKeyWithOtherUse(fetched)) return Reject("The certificate lists a key for signing that is on record for encryption, or the reverse.");
        if (!IsAuthorised(fetched)) return Reject("No trusted signing key on record is among the certificate's own: an administrator has to replace the keys.");
        if (SigningKeys.All(fetched.SigningKeys.Contains)) return new CertificateOffer(ReplaceBy(fetched, now), OfferOutcome.Replaced, Problem: null);

        // The same signing keys do not start the hold anew, however often they are fetched; others do.
        DateTimeOffset takesEffectAt = Pending is not null && HasSameKeys(Pending.Certificate.SigningKeys, fetched.SigningKeys)
            ? Pending.TakesEffectAt
            : now + hold;
        CertificateRecord held = new(this, Current with { Pending = new PendingCertificate(fetched, takesEffectAt) });
        CertificateRecord advanced = held.Advance(now);
        return new CertificateOffer(advanced, ReferenceEquals(advanced, held) ? OfferOutcome.Held : OfferOutcome.Replaced, Problem: null);
    }

    // An older copy of the certificate on record confirms nothing; one no newer than what waits does not cancel it.
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

    private CertificateRecord ReplaceBy(ApplicationCertificate certificate, DateTimeOffset confirmedAt) => new(this, Current with
    {
        Certificate = certificate,
        Pending = null,
        Replaced = Certificate,
        LastConfirmedAt = Later(LastConfirmedAt, confirmedAt),
    });

    // Each key that a certificate lists has signed it, so being listed is having signed.
    private bool IsAuthorised(ApplicationCertificate certificate) => SigningKeys.Any(certificate.SigningKeys.Contains);

    // Where only encryption keys were rejected, the signing keys alone must not tell.
    private bool IsRejectedAs(ApplicationCertificate rejected, ApplicationCertificate fetched) =>
        HasSameKeys(rejected.SigningKeys, Certificate.SigningKeys) ? HasSameKeys(rejected, fetched) : HasSameKeys(rejected.SigningKeys, fetched.SigningKeys);

    private bool SharesKeyWithOtherUse(ApplicationCertificate fetched) =>
        fetched.SigningKeys.Any(Certificate.EncryptionKeys.Contains) || fetched.EncryptionKeys.Any(Certificate.SigningKeys.Contains);

    private PendingCertificate RequirePending() => Pending ?? throw new InvalidOperationException("No replacement waits.");

    private IReadOnlyList<RsaPublicKey> Trusted(IReadOnlyList<RsaPublicKey> keys) =>
        keys.Any(key => _removed.Contains(key.Thumbprint)) ? [.. keys.Where(key => !_removed.Contains(key.Thumbprint))] : keys;

    private static IEnumerable<RsaPublicKey> KeysOf(ApplicationCertificate certificate) => certificate.SigningKeys.Concat(certificate.EncryptionKeys);

    private static IEnumerable<string> KeysBrought(ApplicationCertificate rejected, ApplicationCertificate kept) =>
        KeysOf(rejected).Select(key => key.Thumbprint).Except(KeysOf(kept).Select(key => key.Thumbprint), StringComparer.Ordinal);

    // The order of encryption keys counts: the first is the one to wrap to.
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
