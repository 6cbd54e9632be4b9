using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore.Schemes;

/// <summary>
/// Marks the handler of a scheme whose credential is bound to its sender: a token that was issued to the caller and
/// that the caller itself puts into the request. Only such schemes open the token mirror.
/// </summary>
/// <remarks>
/// Do not implement it for a scheme that authenticates by a cookie, by a password, by the header of a trusted proxy or
/// by another scheme: a browser or a proxy adds such a credential to requests that others make.
/// </remarks>
[SuppressMessage("Design", "CA1040", Justification = "A start-up check reads it from the type of the handler.")]
public interface ITokenScheme : IAuthenticationHandler;
