using System.Diagnostics.CodeAnalysis;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps;

/// <summary>A trust: the provider's record of a consumer. Immutable; safe for concurrent use.</summary>
/// <remarks>
/// Each new instance is a revision of the trust: a key grant of version 4 that was verified under one revision is not
/// valid under another. A store returns the same instance until a part of the trust changes.
/// </remarks>
public sealed class TrustedApplication
{
    /// <summary>Creates a trust in an application that speaks older versions only.</summary>
    /// <param name="id">The consumer's application id: 1 to 255 characters without control characters.</param>
    /// <param name="publicKey">The consumer's legacy key.</param>
    /// <param name="conditions">
    /// The conditions; without <see cref="TrustConditions.Versions"/>, version 3 alone.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The id is not valid, the key is too weak, or a condition is not usable.
    /// </exception>
    public TrustedApplication(string id, RsaPublicKey publicKey, TrustConditions conditions)
    {
        Id = ApplicationIdSyntax.Require(id, nameof(id));
        Legacy = new LegacyAccess(publicKey, conditions, DateTimeOffset.MaxValue);
        Conditions = conditions;
    }

    /// <inheritdoc cref="TrustedApplication(CertificateRecord, TrustConditions, LegacyAccess)"/>
    public TrustedApplication(CertificateRecord record, TrustConditions conditions)
        : this(record, conditions, legacy: null)
    {
    }

    /// <summary>Creates a trust in an application that speaks version 4.</summary>
    /// <param name="record">The application's certificate on record.</param>
    /// <param name="conditions">The conditions under version 4.</param>
    /// <param name="legacy">The access by older versions; null for none.</param>
    /// <exception cref="ArgumentException">
    /// A condition is not usable under version 4, or one key would serve version 4 and an older version.
    /// </exception>
    public TrustedApplication(CertificateRecord record, TrustConditions conditions, LegacyAccess? legacy)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(conditions);
        conditions.RequireVersion4();
        if (legacy is not null && record.Lists(legacy.PublicKey))
        {
            throw new ArgumentException(
                "The application's legacy key is one of its version 4 keys as well: a signature by one would stand for the other. Ask for a legacy key of its own.",
                nameof(legacy)
            );
        }

        (Id, Record, Conditions, Legacy) = (record.Id, record, conditions, legacy);
    }

    /// <summary>The consumer's application id.</summary>
    public string Id { get; }

    /// <summary>A name for people; hostile text if it comes from the consumer.</summary>
    /// <value>Default: the id.</value>
    public string Name { get => field ?? Id; init; }

    /// <summary>
    /// Whether an administrator has suspended the trust. It stays on record, and every request is rejected as from an
    /// unknown application.
    /// </summary>
    public bool IsSuspended { get; init; }

    /// <summary>The certificate on record; null when the application speaks older versions only.</summary>
    public CertificateRecord? Record { get; }

    /// <summary>
    /// The conditions: those of version 4 if the application speaks it, otherwise those of older versions.
    /// </summary>
    public TrustConditions Conditions { get; }

    /// <summary>The access by older versions, with its key; null for none.</summary>
    public LegacyAccess? Legacy { get; }

    /// <summary>
    /// The revision that key grants are bound to. Changes with every part of the trust that they depend on.
    /// </summary>
    internal object Revision { get; private init; } = new();

    internal bool SpeaksVersion4 => Record is not null;

    /// <summary>
    /// Returns the same trust with another certificate on record: a new revision if the signing keys differ.
    /// </summary>
    /// <param name="record">The certificate record, of the same application.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="ArgumentException">The record belongs to another application.</exception>
    public TrustedApplication With(CertificateRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (Record is null || record.Id != Id)
        {
            throw new ArgumentException(
                $"The certificate is not of '{Id}', or that application speaks older versions only.",
                nameof(record)
            );
        }

        object revision = record.SigningKeys.SequenceEqual(Record.SigningKeys) ? Revision : new object();
        return new TrustedApplication(record, Conditions, Legacy)
        {
            Name = Name,
            IsSuspended = IsSuspended,
            Revision = revision,
        };
    }

    /// <summary>Finds the conditions of a version.</summary>
    /// <param name="version">A version.</param>
    /// <param name="now">The moment.</param>
    /// <param name="conditions">The conditions under that version.</param>
    /// <returns>Whether the trust accepts the version at that moment.</returns>
    public bool TryFindConditions(
        ProtocolVersion version,
        DateTimeOffset now,
        [NotNullWhen(true)] out TrustConditions? conditions
    )
    {
        ArgumentNullException.ThrowIfNull(version);
        conditions = version.IsLegacy
            ? Legacy is { } legacy && legacy.Conditions.Names(version) && now <= legacy.Until ? legacy.Conditions : null
            : SpeaksVersion4 ? Conditions : null;
        return conditions is not null;
    }

    /// <summary>Returns the id and the thumbprints of the keys.</summary>
    /// <returns>A text for logs.</returns>
    public override string ToString() => $"{Id} ({Record?.ToString() ?? Legacy!.PublicKey.Thumbprint})";
}
