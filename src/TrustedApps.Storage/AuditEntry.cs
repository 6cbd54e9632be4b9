namespace TrustedApps.Storage;

/// <summary>A change that somebody made.</summary>
/// <param name="Number">Its number; later ones have greater numbers.</param>
/// <param name="At">When.</param>
/// <param name="Administrator">Who.</param>
/// <param name="Action">What, such as <c>trust.add</c>.</param>
/// <param name="Subject">Of which application or provider.</param>
/// <param name="Before">How it was, as JSON; null if it was not there.</param>
/// <param name="After">How it is since, as JSON; null if it is gone.</param>
public sealed record AuditEntry(long Number, DateTimeOffset At, string Administrator, string Action, string Subject, string? Before, string? After);
