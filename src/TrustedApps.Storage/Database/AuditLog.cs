using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using TrustedApps.Text;

namespace TrustedApps.Storage.Database;

/// <summary>
/// Logs each entry of the audit trail once it is committed, so that a collector of logs sees who trusted which
/// application.
/// </summary>
internal static partial class AuditLog
{
    public static void Audited(this ILogger logger, IEnumerable<AuditEntry> entries)
    {
        foreach (AuditEntry entry in entries)
        {
            LogLevel level = LevelOf(entry);
            string administrator = LogSanitizer.Sanitize(entry.Administrator);
            string action = LogSanitizer.Sanitize(entry.Action);
            string subject = LogSanitizer.Sanitize(entry.Subject);
            logger.AdministratorChange(level, administrator, action, subject);
        }
    }

    // A key that was perhaps stolen, a certificate without proof by earlier keys, and older versions.
    private static LogLevel LevelOf(AuditEntry entry) =>
        entry.Action is TrustAdministration.RemoveKeyAction or TrustAdministration.ReplaceAction
        || LegacyIn(entry.After) is { } legacy && legacy != LegacyIn(entry.Before)
            ? LogLevel.Warning
            : LogLevel.Information;

    private static string? LegacyIn(string? document)
    {
        if (document is null) return null;
        try
        {
            return (JsonNode.Parse(document) as JsonObject)?["legacy"]?.ToJsonString();
        }
        catch (JsonException)
        {
            return null; // other packages record text of their own
        }
    }

    [LoggerMessage(
        EventId = 82,
        Message = "Trust administration: '{Administrator}' made the change {Action} to '{Subject}'",
        EventName = "AdministratorChange"
    )]
    private static partial void AdministratorChange(
        this ILogger logger,
        LogLevel level,
        string administrator,
        string action,
        string subject
    );
}
