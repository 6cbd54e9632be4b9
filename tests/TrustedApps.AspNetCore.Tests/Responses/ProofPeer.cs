using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace TrustedApps.AspNetCore.Tests.Responses;

/// <summary>
/// A consumer that demands proofs, made by hand from the specification and not with the code under test. It has one key
/// grant for its server.
/// </summary>
internal sealed class ProofPeer(KestrelServer server, Version? http = null)
{
    private static readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    private readonly Lazy<string> _grant = new(() => Craft4.Sign(Craft4.Claims(@base: $"\"{server.Origin}\"", iat: Now)));

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>Sends a request, and returns the response with the proof as it came.</summary>
    public async Task<ProvenAnswer> SendAsync(
        string path, string method = "GET", string more = ",\"rsp\":true", string sub = "\"sub\":\"fred\",", Action<HttpRequestMessage>? change = null,
        Action? afterThreeBytes = null, Action? afterHeaders = null)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(12);
        using HttpRequestMessage request = Request(path, method, more, sub, nonce);
        change?.Invoke(request);
        using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        afterHeaders?.Invoke();
        Stream stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        byte[] first = new byte[afterThreeBytes is null ? 0 : 3];
        await stream.ReadExactlyAsync(first, TestContext.Current.CancellationToken);
        afterThreeBytes?.Invoke();
        using var rest = new MemoryStream();
        await stream.CopyToAsync(rest, TestContext.Current.CancellationToken);
        return new ProvenAnswer(response, [.. first, .. rest.ToArray()], method, Craft4.ResponseKeyOf(_grant.Value), Base64Url.EncodeToString(nonce));
    }

    private HttpRequestMessage Request(string path, string method, string more, string sub, byte[] nonce)
    {
        string claims = Craft4.Says(sub, Now.ToString(CultureInfo.InvariantCulture), method, path, more);
        var request = new HttpRequestMessage(HttpMethod.Parse(method), server.Origin + path) { Version = http ?? HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Request crafted = Craft4.Request(Craft4.Seal(claims, nonce: nonce, grant: _grant.Value), _grant.Value);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in crafted.Headers) request.With(name, value.ToString());
        return request;
    }
}
