namespace TrustedApps.AspNetCore.Requests;

/// <summary>Feature of a request whose response is for nobody else and leaves no session behind, whatever its headers are.</summary>
internal sealed class NoStoreFeature
{
    public static NoStoreFeature Instance { get; } = new();
}
