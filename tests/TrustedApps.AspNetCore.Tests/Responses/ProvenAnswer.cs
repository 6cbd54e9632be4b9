using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrustedApps.AspNetCore.Tests.Responses;

/// <summary>A response, held against its proof: specification version-4.md, section 5, sentence by sentence.</summary>
internal sealed class ProvenAnswer
{
    private const string Proof = "X-Seraph-Trusted-App-Proof";

    private readonly HttpResponseMessage _response;
    private readonly string _request;

    public ProvenAnswer(HttpResponseMessage response, byte[] content, string method, byte[] key, string request)
    {
        (_response, Content, _request) = (response, content, request);
        Status = (int)response.StatusCode;
        if (response.Headers.NonValidated.TryGetValues(Proof, out HeaderStringValues header)) Claims = Read(Assert.Single(header), key);
        if (response.TrailingHeaders.NonValidated.TryGetValues(Proof, out HeaderStringValues trailer)) Trailer = Read(Assert.Single(trailer), key);
        IsHead = method == "HEAD";
    }

    public int Status { get; }

    public byte[] Content { get; }

    public string Text => Encoding.UTF8.GetString(Content);

    public bool IsHead { get; }

    /// <summary>The claims of the proof in the header section; null without one.</summary>
    public JsonObject? Claims { get; }

    /// <summary>The claims of the proof in the trailer; null without one.</summary>
    public JsonObject? Trailer { get; }

    public string? Digest => (string?)Claims?["dig"];

    public string? this[string name] => Find(name);

    /// <summary>The value of another trailer; null without it.</summary>
    public string? TrailerOf(string name) => _response.TrailingHeaders.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;

    /// <summary>Fails unless the response is proven: its content by a digest in the header section.</summary>
    public ProvenAnswer IsProven()
    {
        HeadersAreProven();
        Assert.Equal(Content.Length == 0 ? null : DigestOf(Content), Digest);
        Assert.Null(Trailer);
        return this;
    }

    /// <summary>Fails unless the response is proven: its content by a digest in the trailer.</summary>
    public ProvenAnswer IsProvenByTrailer()
    {
        HeadersAreProven();
        Assert.Equal(("trailer", Proof), (Digest, this["Trailer"]));
        JsonObject expected = Claims!.DeepClone().AsObject();
        if (Content.Length == 0) expected.Remove("dig");
        else expected["dig"] = DigestOf(Content);
        Assert.True(JsonNode.DeepEquals(expected, Trailer), $"{expected} != {Trailer}");
        return this;
    }

    /// <summary>Fails unless the headers are proven, and the content by nothing.</summary>
    public ProvenAnswer IsProvenWithoutContent()
    {
        HeadersAreProven();
        Assert.Equal("none", Digest);
        Assert.Null(Trailer);
        return this;
    }

    private void HeadersAreProven()
    {
        Assert.NotNull(Claims);
        var expected = new JsonObject { ["req"] = _request, ["sts"] = Status };
        if (Find("Content-Type") is { } type) expected["cty"] = type;
        string[] names = [.. new[] { "Content-Encoding", "Content-Range", "Location" }.Where(name => Find(name) is not null)];
        if (names.Length > 0) expected["hdr"] = new JsonObject(names.Select(name => KeyValuePair.Create(name.ToLowerInvariant(), (JsonNode?)Find(name))));
        if (Find("X-Seraph-Trusted-App-Status") == "ERROR") expected["err"] = Find("X-Seraph-Trusted-App-Error");

        JsonObject actual = Claims.DeepClone().AsObject();
        Assert.InRange((long)actual["iat"]! - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), -30, 1);
        actual.Remove("iat");
        actual.Remove("dig");
        Assert.True(JsonNode.DeepEquals(expected, actual), $"{expected} != {actual}");

        string[] cacheControl = Find("Cache-Control")!.Split(", ");
        Assert.Superset(new HashSet<string> { "no-store", "private", "no-transform" }, cacheControl.ToHashSet());
    }

    // As they came: several lines joined.
    private string? Find(string name)
    {
        bool isThere = _response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) || _response.Content.Headers.NonValidated.TryGetValues(name, out values);
        return isThere ? string.Join(", ", values) : null;
    }

    private static JsonObject Read(string token, byte[] key)
    {
        Assert.InRange(token.Length, 1, 8000);
        string[] parts = token.Split('.');
        Assert.Equal(3, parts.Length);
        Assert.Equal(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}")), Base64Url.DecodeFromChars(parts[2]));
        Assert.Equal($$"""{"alg":"HS256","kid":"{{Craft4.GrantId}}","typ":"trusted-app-response+jwt"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        return JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();
    }

    private static string DigestOf(byte[] content) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(content))}:";
}
