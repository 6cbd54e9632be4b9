using Spectre.Console;
using TrustedApps.Certificates;
using TrustedApps.Conditions;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Tool.Administration;

/// <summary>Writes a trust for people.</summary>
internal static class TrustCard
{
    /// <summary>
    /// Writes the certificate that was found at a base URL, and the conditions of the trust to be added.
    /// </summary>
    public static void Write(IAnsiConsole console, FoundCertificate found, TrustConditions conditions)
    {
        Write(console, found);
        WriteConditions(
            console,
            conditions,
            conditions.Versions ?? [found.Certificate is null ? ProtocolVersion.Atlassian3 : ProtocolVersion.Version4]
        );
    }

    /// <summary>Writes the certificate that was found at a base URL.</summary>
    public static void Write(IAnsiConsole console, FoundCertificate found)
    {
        DetailRow.Write(console, "Base URL", found.BaseUrl.Text);
        DetailRow.Write(console, "Application", found.Id);
        DetailRow.Write(console, "Name", found.Name);
        DetailRow.Write(
            console,
            "Certificate",
            found.Certificate is null ? "legacy: there is none of version 4" : "version 4"
        );
        foreach (RsaPublicKey key in found.SigningKeys)
        {
            DetailRow.Write(console, "Signing key", key.Fingerprint);
            if (key.Weakness is { } weakness) DetailRow.Write(console, "Warning", weakness);
        }
    }

    /// <summary>Writes a trust of the store.</summary>
    public static void Write(IAnsiConsole console, StoredTrust stored)
    {
        var trust = TrustDocument.Of(stored, TimeProvider.System.GetUtcNow());
        DetailRow.Write(console, "Application", trust.Id);
        DetailRow.Write(console, "Name", trust.Name);
        DetailRow.Write(console, "State", trust.Suspended ? "suspended: all its requests are refused" : "active");
        if (trust.BaseUrl is { } baseUrl) DetailRow.Write(console, "Base URL", baseUrl);
        foreach (string key in trust.SigningKeys) DetailRow.Write(console, "Signing key", key);
        foreach (string key in trust.PendingKeys)
        {
            DetailRow.Write(
                console,
                "Waits",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{key}; in effect from {trust.PendingUntil:yyyy-MM-dd HH:mm:ss}Z if it is still served, unless it is rejected; hourly checks found it {trust.PendingServed} times and another {trust.PendingNotServed} times"
                )
            );
        }

        if (trust.DroppedAt is { } droppedAt)
        {
            DetailRow.Write(
                console,
                "Dropped",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"new keys at {droppedAt:yyyy-MM-dd HH:mm:ss}Z, because they were no longer served: ask who answered at the base URL"
                )
            );
        }

        CertificateRecord? record = stored.Trust.Record;
        foreach (RsaPublicKey key in (record?.Replaced?.SigningKeys ?? []).Except(record?.SigningKeys ?? []))
        {
            bool isRemoved = record!.RemovedThumbprints.Contains(key.Thumbprint, StringComparer.Ordinal);
            DetailRow.Write(
                console,
                "Replaced",
                $"{key.Fingerprint}; {(isRemoved ? "removed, so it cannot be restored" : "can be restored")}"
            );
        }

        foreach (string thumbprint in trust.RemovedKeys) DetailRow.Write(console, "Removed", thumbprint);
        WriteConditions(console, stored.Trust.Conditions, [.. trust.AcceptedVersions.Select(ProtocolVersion.Parse)]);
        if (trust.Legacy is { Until: { } until })
        {
            DetailRow.Write(
                console,
                "Older",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"older versions have conditions of their own until {until:yyyy-MM-dd HH:mm:ss zzz}; see --json"
                )
            );
        }

        DetailRow.Write(
            console,
            "Added",
            string.Create(CultureInfo.InvariantCulture, $"{trust.AddedAt:yyyy-MM-dd HH:mm:ss}Z by {trust.AddedBy}")
        );
        DetailRow.Write(
            console,
            "Changed",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{trust.ChangedAt:yyyy-MM-dd HH:mm:ss}Z, version {trust.Version}"
            )
        );
    }

    private static void WriteConditions(
        IAnsiConsole console,
        TrustConditions conditions,
        IReadOnlyList<ProtocolVersion> versions
    )
    {
        bool isVersion4 = versions.Contains(ProtocolVersion.Version4);
        DetailRow.Write(
            console,
            "Versions",
            versions.Count == 0 ? "none" : string.Join(", ", versions.Select(version => version.Name))
        );
        foreach (ConditionMember member in ConditionMembers.All)
        {
            if (member is ListMember { Choices: null } list) WriteList(console, list, conditions, isVersion4);
            else if (member is TimeMember time && !(isVersion4 && time.Scope == ConditionScope.OlderVersions))
            {
                WriteTime(console, time, conditions);
            }
        }

        foreach (
            FlagMember flag in ConditionMembers
                .All.OfType<FlagMember>()
                .OrderBy(flag => flag.ShortLabel, StringComparer.Ordinal)
        )
        {
            if (flag.Get(conditions)) DetailRow.Write(console, flag.ShortLabel, flag.Remark ?? flag.Help);
        }

        foreach (ProtocolVersion version in versions.Where(version => version.IsForgeable))
        {
            DetailRow.Write(
                console,
                "Warning",
                $"version {version.Name} can be forged by anyone who reads one request: over https only"
            );
        }
    }

    private static void WriteList(IAnsiConsole console, ListMember list, TrustConditions conditions, bool isVersion4)
    {
        IReadOnlyList<string>? values = list.Get(conditions);
        if (values is { Count: > 0 }) DetailRow.Write(console, list.ShortLabel, string.Join(", ", values));
        else if (values is not null && list.EmptyText is not null) DetailRow.Write(console, list.ShortLabel, "none");
        else if ((isVersion4 ? list.DefaultText : list.DefaultTextOfOlderVersions) is { } text)
        {
            DetailRow.Write(console, list.ShortLabel, text);
        }
    }

    private static void WriteTime(IAnsiConsole console, TimeMember time, TrustConditions conditions) =>
        DetailRow.Write(
            console,
            time.ShortLabel,
            Duration.Write(time.Get(conditions)) + (time.Remark is null ? "" : $"; {time.Remark}")
        );
}
