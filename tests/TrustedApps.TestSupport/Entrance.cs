namespace TrustedApps.TestSupport;

/// <summary>Where a provider judges trusted requests. What comes of it is the same.</summary>
public enum Entrance
{
    /// <summary>The authentication scheme's handler, by UseAuthentication.</summary>
    Handler,

    /// <summary>The middleware, by UseTrustedApps.</summary>
    Middleware,
}
