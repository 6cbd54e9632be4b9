using System.Text.Json.Nodes;

namespace TrustedApps.Interop.Tests;

/// <summary>Applications of the peer: a consumer with two signing keys, another that is trusted, and one that is not.</summary>
public sealed class JoseApplications : IAsyncLifetime
{
    public JsonNode Consumer { get; private set; } = null!;

    public JsonNode Other { get; private set; } = null!;

    public JsonNode Stranger { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Consumer = await MakeAsync("wiki:8731", signing: 2);
        Other = await MakeAsync("blog:1", signing: 1);
        Stranger = await MakeAsync("stranger:1", signing: 1);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Task<JsonNode> MakeAsync(string id, int signing) =>
        JosePeer.AskAsync("new-application", new { id, bits = 2048, signing, encryption = 1, name = id });
}
