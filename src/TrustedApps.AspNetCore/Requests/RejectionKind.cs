using System.Net;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>What refused requests have in common that share a line of the log (<see cref="RejectionLog"/>).</summary>
/// <param name="Scheme">The scheme that refused them.</param>
/// <param name="Origin">Whose requests they are, as the log shows it: one of few, never text of a request.</param>
/// <param name="Code">The code of the refusal.</param>
/// <param name="Reason">The stable id of the reason.</param>
/// <param name="Address">The address whose network they come from; null to count all networks together.</param>
public readonly record struct RejectionKind(
    string Scheme,
    string Origin,
    string Code,
    string Reason,
    IPAddress? Address
);
