using Spectre.Console;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Tool.Administration;

/// <summary>A trust, for people.</summary>
internal static class TrustCard
{
    /// <summary>What was found at a base URL, and what the application is to be allowed.</summary>
    public static void Write(IAnsiConsole console, FoundCertificate found, ConditionsDocument conditions)
    {
        Write(console, found);
        WriteConditions(console, conditions, [.. conditions.Versions ?? [(found.Certificate is null ? ProtocolVersion.Atlassian3 : ProtocolVersion.Version4).Name]]);
    }

    /// <summary>What was found at a base URL.</summary>
    public static void Write(IAnsiConsole console, FoundCertificate found)
    {
        DetailRow.Write(console, "Base URL", found.BaseUrl.Text);
        DetailRow.Write(console, "Application", found.Id);
        DetailRow.Write(console, "Name", found.Name);
        DetailRow.Write(console, "Certificate", found.Certificate is null ? "legacy: there is none of version 4" : "version 4");
        foreach (RsaPublicKey key in found.SigningKeys)
        {
            DetailRow.Write(console, "Signing key", key.Fingerprint);
            if (key.Weakness is { } weakness) DetailRow.Write(console, "Warning", weakness);
        }
    }

    /// <summary>A trust as it is in the store.</summary>
    public static void Write(IAnsiConsole console, TrustDocument trust)
    {
        DetailRow.Write(console, "Application", trust.Id);
        DetailRow.Write(console, "Name", trust.Name);
        DetailRow.Write(console, "State", trust.Suspended ? "suspended: all its requests are refused" : "active");
        if (trust.BaseUrl is { } baseUrl) DetailRow.Write(console, "Base URL", baseUrl);
        foreach (string key in trust.SigningKeys) DetailRow.Write(console, "Signing key", key);
        foreach (string key in trust.PendingKeys) DetailRow.Write(console, "Waits", string.Create(CultureInfo.InvariantCulture, $"{key}; in effect from {trust.PendingUntil:yyyy-MM-dd HH:mm:ss}Z unless it is rejected"));
        foreach (string key in trust.ReplacedKeys.Except(trust.SigningKeys, StringComparer.Ordinal)) DetailRow.Write(console, "Replaced", $"{key}; can be restored");
        foreach (string thumbprint in trust.RemovedKeys) DetailRow.Write(console, "Removed", thumbprint);
        WriteConditions(console, trust.Conditions, trust.AcceptedVersions);
        if (trust.Legacy is { Until: { } until }) DetailRow.Write(console, "Older", string.Create(CultureInfo.InvariantCulture, $"older versions have conditions of their own until {until:yyyy-MM-dd HH:mm:ss zzz}; see --json"));
        DetailRow.Write(console, "Added", string.Create(CultureInfo.InvariantCulture, $"{trust.AddedAt:yyyy-MM-dd HH:mm:ss}Z by {trust.AddedBy}"));
        DetailRow.Write(console, "Changed", string.Create(CultureInfo.InvariantCulture, $"{trust.ChangedAt:yyyy-MM-dd HH:mm:ss}Z, version {trust.Version}"));
    }

    private static void WriteConditions(IAnsiConsole console, ConditionsDocument conditions, IReadOnlyList<string> versions)
    {
        DetailRow.Write(console, "Versions", versions.Count == 0 ? "none" : string.Join(", ", versions));
        DetailRow.Write(console, "Addresses", string.Join(", ", conditions.Addresses));
        DetailRow.Write(console, "URLs", string.Join(", ", conditions.Urls));
        DetailRow.Write(console, "Methods", conditions.Methods is { } methods ? string.Join(", ", methods) : versions.Contains(ProtocolVersion.Version4.Name, StringComparer.Ordinal) ? "all" : "GET, HEAD");
        DetailRow.Write(console, "Users", conditions.AllowUsers is { } users ? string.Join(", ", users) : "all");
        if (conditions.DenyUsers.Count > 0) DetailRow.Write(console, "Not users", string.Join(", ", conditions.DenyUsers));
        DetailRow.Write(console, "Time-out", Duration.Write(conditions.TimeoutMilliseconds));
        if (!versions.Contains(ProtocolVersion.Version4.Name, StringComparer.Ordinal)) DetailRow.Write(console, "Ahead", $"{Duration.Write(conditions.AllowanceAheadMilliseconds)}; 0s unless the application is one of the newest Atlassian clients");
        if (conditions.AllowSelf) DetailRow.Write(console, "Allows", "requests of the application itself, for no user");
        if (conditions.AllowUnboundContent) DetailRow.Write(console, "Allows", "content that the request does not bind");
        if (conditions.AllowWeakKeys) DetailRow.Write(console, "Allows", "a weak key");
        if (conditions.CheckForwardedFor) DetailRow.Write(console, "Checks", "every entry of X-Forwarded-For");
        if (conditions.RefuseReplays) DetailRow.Write(console, "Refuses", "repeated requests with GET and HEAD, too");
        foreach (string version in versions.Where(name => ProtocolVersion.Parse(name).IsForgeable)) DetailRow.Write(console, "Warning", $"version {version} can be forged by whoever reads one request: over https only");
    }
}
