namespace TrustedApps.Storage.Database;

/// <summary>A trust; one that was removed stays as a row without terms, so that every node hears of it.</summary>
internal sealed class TrustRow
{
    public required string Id { get; init; }

    public string Name { get; set; } = "";

    /// <summary>What was agreed, as JSON; null when the trust was removed.</summary>
    public string? Terms { get; set; }

    /// <summary>The certificate record, as JSON; null for an application of older versions.</summary>
    public string? Record { get; set; }

    /// <summary>Grows with each change of this trust.</summary>
    public long Version { get; set; }

    /// <summary>The number of the store's change that made this row what it is.</summary>
    public long Changed { get; set; }

    public DateTimeOffset AddedAt { get; set; }

    public string AddedBy { get; set; } = "";

    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>When the certificate is to be fetched again; null where there is nothing to fetch.</summary>
    public DateTimeOffset? FetchAt { get; set; }

    /// <summary>When it was last asked for.</summary>
    public DateTimeOffset? FetchedAt { get; set; }

    /// <summary>When a replacement takes effect that waits; null if none does.</summary>
    public DateTimeOffset? PendingUntil { get; set; }
}

/// <summary>A provider that this application asks: its pinned certificate.</summary>
internal sealed class ProviderRow
{
    public required string BaseUrl { get; init; }

    public required string Record { get; set; }

    public long Version { get; set; }

    public DateTimeOffset AddedAt { get; init; }

    public string AddedBy { get; init; } = "";
}

/// <summary>An application's own keys, sealed.</summary>
internal sealed class KeyRow
{
    public required string Id { get; init; }

    public required byte[] SealedKeys { get; set; }

    public long Version { get; set; }

    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>How many requests of an application came to one outcome within a minute.</summary>
internal sealed class RequestCountRow
{
    public required string ApplicationId { get; init; }

    /// <summary>Minutes since 1970.</summary>
    public long Minute { get; init; }

    /// <summary>OK, or the code of the refusal.</summary>
    public required string Code { get; init; }

    public long Count { get; set; }
}

/// <summary>When an application was last heard of.</summary>
internal sealed class LastRequestRow
{
    public required string ApplicationId { get; init; }

    public DateTimeOffset At { get; set; }
}

/// <summary>A refused request. All texts come from strangers, made printable and short.</summary>
internal sealed class RefusalRow
{
    public long Number { get; init; }

    public DateTimeOffset At { get; init; }

    public string? ApplicationId { get; init; }

    public string? UserName { get; init; }

    public string? Address { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public string? ProtocolVersion { get; init; }

    public required string Code { get; init; }

    public required string Advice { get; init; }
}

/// <summary>A change that an administrator made.</summary>
internal sealed class AuditRow
{
    public long Number { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Administrator { get; init; }

    public required string Action { get; init; }

    public required string Subject { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }
}
