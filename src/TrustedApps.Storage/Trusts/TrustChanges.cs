using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.Storage.Trusts;

/// <summary>
/// The changes that an administrator may make to a trust: a trust in, the changed one out; the same instance if nothing
/// changes. No I/O and no clock. A change that is not possible throws an <see cref="AdministrationException"/>.
/// </summary>
internal static class TrustChanges
{
    /// <summary>Checks a name for people.</summary>
    public static void RequireName(string name)
    {
        if (!DisplayName.IsValid(name)) throw Invalid(DisplayName.Requirement);
    }

    /// <summary>
    /// Checks that access by older versions that is new, or has a new end date, has not ended already.
    /// </summary>
    public static void RequireFuture(LegacyAccess? earlier, LegacyAccess? access, DateTimeOffset now)
    {
        if (access is null || access.Until >= now || access.Until == earlier?.Until) return;
        throw Invalid(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Access by older versions until {access.Until.UtcDateTime:yyyy-MM-dd} (UTC) is over already, so no request would be accepted. Choose a later day, or remove the access."
            )
        );
    }

    public static TrustedApplication Edit(TrustedApplication trust, TrustEdit edit, DateTimeOffset now)
    {
        RequireName(edit.Name);
        if (trust.Record is null && edit.Legacy is not null)
        {
            throw Invalid("The application speaks older versions only: its conditions are those of the trust.");
        }

        TrustedApplication edited = Try(() =>
            trust.Record is { } record
                ? new TrustedApplication(record, edit.Conditions, edit.Legacy)
                {
                    Name = edit.Name,
                    IsSuspended = trust.IsSuspended,
                }
                : Legacy(trust, edit.Conditions, edit.Name, trust.IsSuspended)
        );
        RequireFuture(trust.Legacy, edit.Legacy, now);
        return edited;
    }

    public static TrustedApplication Suspend(TrustedApplication trust) => SetSuspended(trust, true);

    public static TrustedApplication Resume(TrustedApplication trust) => SetSuspended(trust, false);

    /// <summary>Makes a change of the certificate record.</summary>
    public static TrustedApplication ChangeRecord(
        TrustedApplication trust, Func<CertificateRecord, CertificateRecord> change)
    {
        if (trust.Record is not { } record)
        {
            throw Invalid(
                $"'{trust.Id}' speaks older versions only: to change its key, remove the trust and add it again."
            );
        }

        return Try(() =>
        {
            CertificateRecord changed = change(record);
            return ReferenceEquals(record, changed) ? trust : trust.With(changed);
        });
    }

    public static CertificateRecord RemoveKey(CertificateRecord record, string thumbprint)
    {
        try
        {
            return record.RemoveKey(thumbprint);
        }
        catch (ArgumentException)
        {
            throw new AdministrationException(
                AdministrationProblem.NotFound,
                $"No certificate of '{record.Id}' on record lists a key with the thumbprint '{thumbprint}'."
            );
        }
    }

    /// <summary>
    /// Replaces the certificate, even by one that the keys on record do not vouch for: an administrator has compared
    /// its fingerprints. Keys that were removed or rejected return only if the administrator names them.
    /// </summary>
    public static TrustedApplication ReplaceCertificate(
        TrustedApplication trust,
        FoundCertificate found,
        IReadOnlyCollection<string> readmittedKeys,
        DateTimeOffset now
    )
    {
        if (found.Id != trust.Id)
        {
            throw Invalid($"The certificate at {found.BaseUrl.Text} is of '{found.Id}', not of '{trust.Id}'.");
        }

        RsaPublicKey[] returning =
        [
            .. found.FindReturningKeys(trust.Record).Where(key => !readmittedKeys.Any(key.HasFingerprint)),
        ];
        if (returning.Length > 0)
        {
            throw Invalid(
                $"The certificate lists keys of '{trust.Id}' that an administrator has removed or rejected: {string.Join(", ", returning.Select(key => key.Fingerprint))}. A thief of such a key could use it again, so nothing was changed. Ask the other administrator for new keys; if these were never stolen, name them as keys that may return."
            );
        }

        return Try(() =>
            (trust.Record, found.Certificate) switch
            {
                ({ } record, { } certificate) => new TrustedApplication(
                    record.Replace(certificate, found.BaseUrl, now),
                    trust.Conditions,
                    trust.Legacy
                )
                {
                    Name = trust.Name,
                    IsSuspended = trust.IsSuspended,
                },
                (null, null) => new TrustedApplication(trust.Id, found.Legacy!.PublicKey, trust.Conditions)
                {
                    Name = trust.Name,
                    IsSuspended = trust.IsSuspended,
                },
                _ => throw Invalid(
                    "The certificate is of another kind than the one on record: remove the trust and add it again."
                ),
            }
        );
    }

    /// <summary>
    /// Whether a fetched certificate only confirmed what is on record or held, or a check was claimed or counted. Each
    /// certificate is fetched daily, and most fetches do.
    /// </summary>
    public static bool IsMereConfirmation(TrustedApplication before, TrustedApplication after) =>
        before.Record is { } known
        && after.Record is { } record
        && ReferenceEquals(before.Conditions, after.Conditions)
        && before.Name == after.Name
        && before.IsSuspended == after.IsSuspended
        && known.SigningKeys.SequenceEqual(record.SigningKeys)
        && known.EncryptionKeys.SequenceEqual(record.EncryptionKeys)
        && known.Pending?.Certificate == record.Pending?.Certificate
        && known.Dropped == record.Dropped
        && known.Replaced == record.Replaced
        && known.RemovedThumbprints.Count == record.RemovedThumbprints.Count;

    private static TrustedApplication SetSuspended(TrustedApplication trust, bool isSuspended) =>
        trust.Record is { } record
            ? new TrustedApplication(record, trust.Conditions, trust.Legacy)
            {
                Name = trust.Name,
                IsSuspended = isSuspended,
            }
            : Legacy(trust, trust.Conditions, trust.Name, isSuspended);

    private static TrustedApplication Legacy(
        TrustedApplication trust,
        TrustConditions conditions,
        string name,
        bool isSuspended
    ) => new(trust.Id, trust.Legacy!.PublicKey, conditions) { Name = name, IsSuspended = isSuspended };

    private static TrustedApplication Try(Func<TrustedApplication> change)
    {
        try
        {
            return change();
        }
        catch (Exception mistake) when (mistake is ArgumentException or InvalidOperationException)
        {
            throw Invalid(TextOf(mistake));
        }
    }

    // Without the name of a parameter, which .NET appends.
    private static string TextOf(Exception mistake) => mistake is ArgumentException { ParamName: { } name }
        ? mistake.Message.Split($" (Parameter '{name}')", 2)[0]
        : mistake.Message;

    private static AdministrationException Invalid(string message) => new(AdministrationProblem.Invalid, message);
}
