using System.Text.Json;
using System.Text.Json.Nodes;
using TrustedApps.Admin.Display;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Certificates;

/// <summary>What is known of a key of a certificate that is about to replace another.</summary>
/// <param name="Text">The mark.</param>
/// <param name="IsWarning">Whether the key was removed or rejected.</param>
internal sealed record KeyMark(string Text, bool IsWarning)
{
    private static readonly KeyMark _new = new("new", IsWarning: false);
    private static readonly KeyMark _onRecord = new("on record", IsWarning: false);
    private static readonly KeyMark _rejected = new("REJECTED earlier", IsWarning: true);

    /// <summary>Finds what is known of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="trust">The trust before the replacement.</param>
    /// <param name="audit">Entries of its audit trail, newest first; they say who removed the key.</param>
    public static KeyMark Of(RsaPublicKey key, TrustedApplication trust, IReadOnlyList<AuditEntry> audit)
    {
        if (trust.Record is not { } record) return trust.Legacy!.PublicKey.Equals(key) ? _onRecord : _new;
        if (record.RemovedThumbprints.Contains(key.Thumbprint, StringComparer.Ordinal))
        {
            return Removed(key.Thumbprint, audit);
        }

        if (record.RejectedThumbprints.Contains(key.Thumbprint, StringComparer.Ordinal)) return _rejected;
        return record.SigningKeys.Contains(key) ? _onRecord : _new;
    }

    private static KeyMark Removed(string thumbprint, IReadOnlyList<AuditEntry> audit)
    {
        AuditEntry? removal = audit.FirstOrDefault(entry =>
            Lists(entry.After, thumbprint) && !Lists(entry.Before, thumbprint)
        );
        return new KeyMark(
            removal is null
                ? "REMOVED earlier"
                : $"REMOVED on {Moment.Day(removal.At)} by {Visible.Text(removal.Administrator)}",
            IsWarning: true
        );
    }

    private static bool Lists(string? document, string thumbprint)
    {
        if (document is null) return false;
        try
        {
            return JsonNode.Parse(document) is JsonObject trust
                && trust["removedKeys"] is JsonArray removed
                && removed.Any(key => (string?)key == thumbprint);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
