namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>
/// Marks a request to the mirror: its response is private, and opens no session, whatever the verdict is.
/// </summary>
internal sealed class MirrorFeature
{
    public static MirrorFeature Instance { get; } = new();
}
