namespace TrustedApps.Storage;

/// <summary>An entry of the audit trail: a change, and who made it.</summary>
/// <param name="Number">
/// The number; later entries have greater numbers. Zero before the database has assigned it.
/// </param>
/// <param name="At">When the change was made.</param>
/// <param name="Administrator">Who made it.</param>
/// <param name="Action">The action, such as <c>trust.add</c>.</param>
/// <param name="Subject">The id of the application, or the base URL of the provider.</param>
/// <param name="Before">The state before, as JSON; null if there was none.</param>
/// <param name="After">The state after, as JSON; null if it was removed.</param>
public sealed record AuditEntry(
    long Number,
    DateTimeOffset At,
    string Administrator,
    string Action,
    string Subject,
    string? Before,
    string? After
);
