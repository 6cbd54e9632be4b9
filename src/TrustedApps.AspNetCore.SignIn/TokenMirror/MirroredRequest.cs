using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>Feature of a request that the mirror let through: what it asked for, and the one scheme that counts for it.</summary>
internal sealed record MirroredRequest(PathString OriginalPath, string Scheme);
