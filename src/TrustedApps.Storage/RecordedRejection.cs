namespace TrustedApps.Storage;

/// <summary>
/// A rejected request. Its texts are claims of the sender, not verified; they are printable and short.
/// </summary>
/// <param name="At">When it arrived.</param>
/// <param name="ApplicationId">The application id that it names; null if there is none.</param>
/// <param name="User">
/// The user that it names; null if there is none, or it is encrypted and could not be decrypted.
/// </param>
/// <param name="Address">The address that it came from; null if there is none.</param>
/// <param name="Method">The request method.</param>
/// <param name="Path">The path, without the query, which may hold secrets.</param>
/// <param name="Version">The protocol version that it names; null if it is not a known version.</param>
/// <param name="Code">The error code.</param>
/// <param name="Advice">Advice for the administrator, and the applications that asked for the request.</param>
public sealed record RecordedRejection(
    DateTimeOffset At,
    string? ApplicationId,
    string? User,
    string? Address,
    string Method,
    string Path,
    string? Version,
    string Code,
    string Advice
);
