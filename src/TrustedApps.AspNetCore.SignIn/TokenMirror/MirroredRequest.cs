using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>
/// The feature of a request that the mirror has accepted: its path on the mirror, and the scheme that authenticated it.
/// </summary>
internal sealed record MirroredRequest(PathString OriginalPath, string Scheme);
