using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>The verdict on a request, and what an event has made of it.</summary>
/// <param name="Verdict">The verdict, after the events.</param>
/// <param name="Ticket">The principal of an accepted request, if an event has had it; null otherwise.</param>
internal readonly record struct AuthenticatedRequest(Verdict Verdict, AuthenticationTicket? Ticket = null);
