using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Replay;
using TrustedApps.Responses;

namespace TrustedApps.Docs.Tests;

/// <summary>The worked example of docs/protocol.md, verified; and opened once more on the base class library alone.</summary>
public sealed class WorkedExampleTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(1_795_000_001);
    private static readonly string _section = ReadSection();

    [Fact]
    public async Task It_is_accepted_once_and_its_responses_are_proven_as_shown()
    {
        var time = new FakeTimeProvider(_now);
        var trust = new TrustedApplication(
            CertificateRecord.Establish(ReadCertificate(), baseUrl: null, time.GetUtcNow()),
            new TrustConditions { Addresses = ["*"], Urls = ["/app/rest"], AllowDelegation = true, Scopes = ["issues.read", "issues.write"] });
        var options = new AssertionVerifierOptions
        {
            Keys = ApplicationKeys.Parse(Encoding.UTF8.GetBytes(CodeBlocks("json")[1])),
            BaseUrls = [BaseUrl.Parse("https://tracker.example/app")],
        };
        InMemoryReplayCache memory = new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }, time);
        var verifier = new AssertionVerifier(new InMemoryTrustStore(trust), UserResolvers.Everyone, options, memory, time);

        Verdict first = await VerifyAsync(verifier, CodeBlocks("http")[0], ReadContent("request"));
        Verdict second = await VerifyAsync(verifier, CodeBlocks("http")[2], []);
        Verdict third = await VerifyAsync(verifier, CodeBlocks("http")[0], ReadContent("request"));

        Assert.True(first.Accepted, first.Rejection?.Detail);
        Assert.Equal(("fréd", "desk:1", "issues.write"), (first.Assertion.User, first.Assertion.Actors.Single(), first.Assertion.Scopes.Single()));
        Assert.Equal(HeadersOf(CodeBlocks("http")[1])[ResponseProver.HeaderName], first.Prover?.Prove(ReadResponse(), _now));
        Assert.True(second.Accepted, second.Rejection?.Detail);
        Assert.Equal(ErrorCode.Replayed, third.Code);
        Dictionary<string, StringValues> refusal = HeadersOf(CodeBlocks("http")[3]);
        Assert.All(third.GetResponseHeaders(), header => Assert.StartsWith(header.Value, refusal[header.Key].ToString(), StringComparison.Ordinal));
        var response = new ProvenResponse { Status = 401, Error = refusal["X-Seraph-Trusted-App-Error"] };
        Assert.Equal(refusal[ResponseProver.HeaderName], third.Prover?.Prove(response, _now));
    }

    [Fact]
    public void Its_parts_are_those_that_stand_beside_it()
    {
        JsonNode certificate = JsonNode.Parse(CodeBlocks("json")[0])!;
        RequireShown(Decode((string)certificate["payload"]!));
        RequireShown(Decode((string)certificate["signatures"]![0]!["protected"]!));

        string grant = HeadersOf(CodeBlocks("http")[0])["X-Seraph-Trusted-App-Key"].ToString();
        string[] key = grant.Split('.');
        string claims = Encoding.UTF8.GetString(Decode(key[1]));
        RequireShown(Decode(key[0]));
        RequireShown(Encoding.UTF8.GetBytes(claims[..claims.IndexOf("eyJ", StringComparison.Ordinal)]));

        string[] wrapped = ((string)JsonNode.Parse(claims)!["cnf"]!["jwe"]!).Split('.');
        byte[] contentKey = Unwrap(Decode(wrapped[1]));
        byte[] plaintext = Decrypt(contentKey, wrapped);
        byte[] sessionKey = Decode((string)JsonNode.Parse(plaintext)!["k"]!);
        RequireShown(Decode(wrapped[0]));
        RequireShown(plaintext);
        RequireShownInHexadecimal(contentKey, Decode(wrapped[2]), sessionKey, SHA256.HashData(Encoding.ASCII.GetBytes(grant)));
        RequireShownInHexadecimal(Derive(sessionKey, grant, "trusted-app-cert+jwt"), Derive(sessionKey, grant, "trusted-app-response+jwt"));
    }

    [Theory, InlineData(0, 2), InlineData(2, 4)]
    public void Its_assertions_are_computed_again_from_the_plaintext_and_IV_that_are_shown(int request, int text)
    {
        (byte[] sessionKey, string grant) = OpenGrant();
        string shown = HeadersOf(CodeBlocks("http")[request])["X-Seraph-Trusted-App-Cert"].ToString();
        byte[] iv = Decode(shown.Split('.')[2]);
        byte[] plaintext = Encoding.UTF8.GetBytes(CodeBlocks("text")[text].TrimEnd('\n').Split('\n')[^1]);
        string header = shown.Split('.')[0];
        RequireShown(Decode(header));
        RequireShownInHexadecimal(iv);

        byte[] encrypted = new byte[plaintext.Length], tag = new byte[16];
        using var cipher = new AesGcm(Derive(sessionKey, grant, "trusted-app-cert+jwt"), tag.Length);
        cipher.Encrypt(iv, plaintext, encrypted, tag, Encoding.ASCII.GetBytes(header));

        Assert.Equal(shown, string.Join('.', header, "", Base64Url.EncodeToString(iv), Base64Url.EncodeToString(encrypted), Base64Url.EncodeToString(tag)));
    }

    [Theory, InlineData(1, 3), InlineData(3, 5)]
    public void Its_proofs_are_computed_again_from_the_payload_that_is_shown(int response, int text)
    {
        (byte[] sessionKey, string grant) = OpenGrant();
        string header = CodeBlocks("text")[3].Split('\n')[0];
        string payload = CodeBlocks("text")[text].TrimEnd('\n').Split('\n')[^1];
        string input = string.Join('.', ((string[])[header, payload]).Select(part => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part))));

        byte[] mac = HMACSHA256.HashData(Derive(sessionKey, grant, "trusted-app-response+jwt"), Encoding.ASCII.GetBytes(input));

        Assert.Equal($"{input}.{Base64Url.EncodeToString(mac)}", HeadersOf(CodeBlocks("http")[response])[ResponseProver.HeaderName].ToString());
    }

    private static ApplicationCertificate ReadCertificate()
    {
        byte[] document = Encoding.UTF8.GetBytes(CodeBlocks("json")[0].TrimEnd('\n'));
        return ApplicationCertificate.TryRead(document, _now, out ApplicationCertificate? certificate, out string? problem)
            ? certificate
            : throw new InvalidDataException(problem);
    }

    private static ValueTask<Verdict> VerifyAsync(AssertionVerifier verifier, string message, byte[] content)
    {
        string[] line = message.Split('\n')[0].Split(' ');
        var request = new IncomingRequest
        {
            Method = line[0],
            Scheme = "https",
            Host = "tracker.example",
            Target = line[1],
            RemoteAddress = IPAddress.Loopback,
            Headers = HeadersOf(message),
            Content = new MemoryStream(content),
            ContentLength = content.Length,
        };
        return verifier.VerifyAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }

    private static ProvenResponse ReadResponse()
    {
        Dictionary<string, StringValues> headers = HeadersOf(CodeBlocks("http")[1]);
        return new ProvenResponse
        {
            Status = 201,
            ContentDigest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(ReadContent("response")))}:",
            ContentType = headers["Content-Type"],
            Location = headers["Location"],
        };
    }

    // "**The request.** Its content is the 17 bytes `...`"
    private static byte[] ReadContent(string message) => Encoding.UTF8.GetBytes(
        Regex.Match(_section, @$"\*\*The {message}\.\*\* Its content is the [0-9]+ bytes `(?<content>[^`]+)`", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups["content"].Value);

    private static Dictionary<string, StringValues> HeadersOf(string message) => message.TrimEnd('\n').Split('\n').Skip(1)
        .Select(line => line.Split(": ", 2))
        .ToDictionary(header => header[0], header => new StringValues(header[1]), StringComparer.OrdinalIgnoreCase);

    private static (byte[] SessionKey, string Grant) OpenGrant()
    {
        string grant = HeadersOf(CodeBlocks("http")[0])["X-Seraph-Trusted-App-Key"].ToString();
        string[] wrapped = ((string)JsonNode.Parse(Decode(grant.Split('.')[1]))!["cnf"]!["jwe"]!).Split('.');
        byte[] jwk = Decrypt(Unwrap(Decode(wrapped[1])), wrapped);
        return (Decode((string)JsonNode.Parse(jwk)!["k"]!), grant);
    }

    private static byte[] Derive(byte[] sessionKey, string grant, string info) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, sessionKey, 32, SHA256.HashData(Encoding.ASCII.GetBytes(grant)), Encoding.ASCII.GetBytes(info));

    private static byte[] Unwrap(byte[] encryptedKey)
    {
        JsonNode jwk = JsonNode.Parse(CodeBlocks("json")[1])!["keys"]!.AsArray().Single(key => (string?)key!["use"] == "enc")!;
        byte[] Number(string name) => Decode((string)jwk[name]!);
        using RSA rsa = RSA.Create(new RSAParameters
        {
            Modulus = Number("n"),
            Exponent = Number("e"),
            D = Number("d"),
            P = Number("p"),
            Q = Number("q"),
            DP = Number("dp"),
            DQ = Number("dq"),
            InverseQ = Number("qi"),
        });
        return rsa.Decrypt(encryptedKey, RSAEncryptionPadding.OaepSHA256);
    }

    private static byte[] Decrypt(byte[] key, string[] token)
    {
        byte[] text = Decode(token[3]);
        using var cipher = new AesGcm(key, 16);
        cipher.Decrypt(Decode(token[2]), text, Decode(token[4]), text, Encoding.ASCII.GetBytes(token[0]));
        return text;
    }

    private static void RequireShownInHexadecimal(params byte[][] values) =>
        Assert.All(values, value => Assert.Contains($"`{Convert.ToHexStringLower(value)}`", _section, StringComparison.Ordinal));

    private static void RequireShown(byte[] text) => Assert.Contains(Encoding.UTF8.GetString(text), _section, StringComparison.Ordinal);

    private static byte[] Decode(string base64Url) => Base64Url.DecodeFromChars(base64Url);

    private static string[] CodeBlocks(string language) =>
        [.. Regex.Matches(_section, $"^```{language}\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, TimeSpan.FromSeconds(1)).Select(match => match.Groups["text"].Value)];

    private static string ReadSection()
    {
        string text = Repository.Read("docs/protocol.md");
        string section = text[text.IndexOf("## Version 4: a worked example", StringComparison.Ordinal)..];
        return section[..section.IndexOf("\n## ", 1, StringComparison.Ordinal)];
    }
}
