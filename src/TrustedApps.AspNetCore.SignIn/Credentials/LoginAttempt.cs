using System.Net;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>One attempt to log in with a password, which is not part of it.</summary>
/// <param name="UserName">The name as it was typed, whether anybody has it or not; no more than its first 1,024 code points.</param>
/// <param name="Address">The address of the connection, or what a trusted proxy says it was; null where there is none.</param>
/// <param name="Scheme">The scheme that was asked.</param>
public readonly record struct LoginAttempt(string UserName, IPAddress? Address, string Scheme);
