using Spectre.Console;
using TrustedApps.EntityFrameworkCore;

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
        CardLine.Write(console, "Base URL", found.BaseUrl.Text);
        CardLine.Write(console, "Application", found.Id);
        CardLine.Write(console, "Name", found.Name);
        CardLine.Write(console, "Certificate", found.Certificate is null ? "legacy: there is none of version 4" : "version 4");
        foreach (RsaPublicKey key in found.SigningKeys)
        {
            CardLine.Write(console, "Signing key", key.Fingerprint);
            if (key.Weakness is { } weakness) CardLine.Write(console, "Warning", weakness);
        }
    }

    /// <summary>A trust as it is in the store.</summary>
    public static void Write(IAnsiConsole console, TrustDocument trust)
    {
        CardLine.Write(console, "Application", trust.Id);
        CardLine.Write(console, "Name", trust.Name);
        CardLine.Write(console, "State", trust.Suspended ? "suspended: all its requests are refused" : "active");
        if (trust.BaseUrl is { } baseUrl) CardLine.Write(console, "Base URL", baseUrl);
        foreach (string key in trust.SigningKeys) CardLine.Write(console, "Signing key", key);
        foreach (string key in trust.PendingKeys) CardLine.Write(console, "Waits", string.Create(CultureInfo.InvariantCulture, $"{key}; in effect from {trust.PendingUntil:yyyy-MM-dd HH:mm:ss}Z unless it is rejected"));
        foreach (string key in trust.ReplacedKeys.Except(trust.SigningKeys, StringComparer.Ordinal)) CardLine.Write(console, "Replaced", $"{key}; can be restored");
        foreach (string thumbprint in trust.RemovedKeys) CardLine.Write(console, "Removed", thumbprint);
        WriteConditions(console, trust.Conditions, trust.AcceptedVersions);
        if (trust.Legacy is { Until: { } until }) CardLine.Write(console, "Older", string.Create(CultureInfo.InvariantCulture, $"older versions have conditions of their own until {until:yyyy-MM-dd HH:mm:ss zzz}; see --json"));
        CardLine.Write(console, "Added", string.Create(CultureInfo.InvariantCulture, $"{trust.AddedAt:yyyy-MM-dd HH:mm:ss}Z by {trust.AddedBy}"));
        CardLine.Write(console, "Changed", string.Create(CultureInfo.InvariantCulture, $"{trust.ChangedAt:yyyy-MM-dd HH:mm:ss}Z, version {trust.Version}"));
    }

    private static void WriteConditions(IAnsiConsole console, ConditionsDocument conditions, IReadOnlyList<string> versions)
    {
        CardLine.Write(console, "Versions", versions.Count == 0 ? "none" : string.Join(", ", versions));
        CardLine.Write(console, "Addresses", string.Join(", ", conditions.Addresses));
        CardLine.Write(console, "URLs", string.Join(", ", conditions.Urls));
        CardLine.Write(console, "Methods", conditions.Methods is { } methods ? string.Join(", ", methods) : versions.Contains(ProtocolVersion.Version4.Name, StringComparer.Ordinal) ? "all" : "GET, HEAD");
        CardLine.Write(console, "Users", conditions.AllowUsers is { } users ? string.Join(", ", users) : "all");
        if (conditions.DenyUsers.Count > 0) CardLine.Write(console, "Not users", string.Join(", ", conditions.DenyUsers));
        CardLine.Write(console, "Time-out", Duration.Write(conditions.TimeoutMilliseconds));
        if (!versions.Contains(ProtocolVersion.Version4.Name, StringComparer.Ordinal)) CardLine.Write(console, "Ahead", $"{Duration.Write(conditions.AllowanceAheadMilliseconds)}; 0s unless the application is one of the newest Atlassian clients");
        if (conditions.AllowSelf) CardLine.Write(console, "Allows", "requests of the application itself, for no user");
        if (conditions.AllowUnboundContent) CardLine.Write(console, "Allows", "content that the request does not bind");
        if (conditions.AllowWeakKeys) CardLine.Write(console, "Allows", "a weak key");
        if (conditions.CheckForwardedFor) CardLine.Write(console, "Checks", "every entry of X-Forwarded-For");
        if (conditions.RefuseReplays) CardLine.Write(console, "Refuses", "repeated requests with GET and HEAD, too");
        foreach (string version in versions.Where(name => ProtocolVersion.Parse(name).IsForgeable)) CardLine.Write(console, "Warning", $"version {version} can be forged by whoever reads one request: over https only");
    }
}
