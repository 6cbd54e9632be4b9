using TrustedApps.Keys;
using TrustedApps.Testing.Hosting.Requests;

namespace TrustedApps.Testing.Hosting.Peers;

/// <summary>A provider that answers trusted clients of the application under test, in the same process.</summary>
internal abstract class TestPeer
{
    /// <summary>The base URL of the clients that it answers; null for all that no other answers.</summary>
    public abstract string? BaseUrl { get; }

    /// <summary>Finds the peer that answers a client; null if there is none.</summary>
    /// <exception cref="InvalidOperationException">Several peers answer all clients.</exception>
    public static TestPeer? Find(IEnumerable<TestPeer> peers, string? baseUrl)
    {
        TestPeer[] known = [.. peers];
        if (baseUrl is not null && Array.Find(known, peer => peer.BaseUrl == baseUrl) is { } own) return own;
        TestPeer[] others = Array.FindAll(known, peer => peer.BaseUrl is null);
        return others.Length < 2 ? others.FirstOrDefault() : throw new InvalidOperationException(
            $"{others.Length} test providers answer the clients of any base URL, and a client has the base URL '{baseUrl}'. Give each of them the BaseUrl of its clients.");
    }

    /// <summary>Starts the provider, if it has not started.</summary>
    /// <param name="baseUrl">The base URL of the client.</param>
    /// <param name="consumer">The services of the consumer.</param>
    public abstract Task<TestHost> StartAsync(BaseUrl baseUrl, IServiceProvider consumer);

    /// <summary>Returns the rejections that are demanded of a client. They also see that it is trusted.</summary>
    /// <param name="host">The started provider.</param>
    /// <param name="consumer">The consumer's keys.</param>
    /// <param name="scopes">The scopes that the client asks for.</param>
    public abstract IDemands DemandsOf(TestHost host, ApplicationKeys consumer, IEnumerable<string> scopes);
}
