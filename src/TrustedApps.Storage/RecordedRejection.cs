namespace TrustedApps.Storage;

/// <summary>A refused request. What it says of itself is not proven; it was made printable and short.</summary>
/// <param name="At">When it came.</param>
/// <param name="ApplicationId">The application that it names; null if none.</param>
/// <param name="User">The user that it names, as far as it could be opened.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path, without the query, which may hold secrets.</param>
/// <param name="Version">The version that it names; null if it is no known one.</param>
/// <param name="Code">Why it was refused.</param>
/// <param name="Advice">What to do.</param>
public sealed record RecordedRejection(
    DateTimeOffset At, string? ApplicationId, string? User, string? Address, string Method, string Path, string? Version, string Code, string Advice);
