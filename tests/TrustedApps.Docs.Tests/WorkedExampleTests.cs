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

namespace TrustedApps.Docs.Tests;

/// <summary>The worked example of docs/protocol.md, verified; and opened once more on the base class library alone.</summary>
public sealed class WorkedExampleTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(1_795_000_001);
    private static readonly string _section = ReadSection();

    [Fact]
    public async Task It_is_accepted_once()
    {
        var time = new FakeTimeProvider(_now);
        var trust = new TrustedApplication(
            CertificateRecord.Establish(ReadCertificate(), baseUrl: null, time.GetUtcNow()),
            new TrustConditions { Addresses = ["*"], Urls = ["/app/rest"] });
        var options = new AssertionVerifierOptions
        {
            Keys = ApplicationKeys.Parse(Encoding.UTF8.GetBytes(CodeBlocks("json")[1])),
            BaseUrls = [BaseUrl.Parse("https://tracker.example/app")],
        };
        InMemoryReplayCache memory = new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }, time);
        var verifier = new AssertionVerifier(new InMemoryTrustStore(trust), UserResolvers.Everyone, options, memory, time);

        Verdict first = await verifier.VerifyAsync(ReadRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Verdict second = await verifier.VerifyAsync(ReadRequest(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(first.Accepted, first.Rejection?.Detail);
        Assert.Equal("fréd", first.Assertion.User);
        Assert.Equal(ErrorCode.Replayed, second.Code);
        Assert.All(second.GetResponseHeaders(), header => Assert.Contains($"{header.Key}: {header.Value}", _section, StringComparison.Ordinal));
    }

    [Fact]
    public void Its_parts_are_those_that_stand_beside_it()
    {
        JsonNode certificate = JsonNode.Parse(CodeBlocks("json")[0])!;
        RequireShown(Decode((string)certificate["payload"]!));
        RequireShown(Decode((string)certificate["signatures"]![0]!["protected"]!));

        Dictionary<string, StringValues> headers = ReadHeaders();
        string[] key = headers["X-Seraph-Trusted-App-Key"].ToString().Split('.');
        string claims = Encoding.UTF8.GetString(Decode(key[1]));
        RequireShown(Decode(key[0]));
        RequireShown(Encoding.UTF8.GetBytes(claims[..claims.IndexOf("eyJ", StringComparison.Ordinal)]));

        string[] wrapped = ((string)JsonNode.Parse(claims)!["cnf"]!["jwe"]!).Split('.');
        byte[] contentKey = Unwrap(Decode(wrapped[1]));
        byte[] sessionKey = Decrypt(contentKey, wrapped);
        RequireShown(Decode(wrapped[0]));
        RequireShown(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(contentKey)));
        RequireShown(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Decode(wrapped[2]))));
        RequireShown(sessionKey);

        string[] cert = headers["X-Seraph-Trusted-App-Cert"].ToString().Split('.');
        RequireShown(Decode(cert[0]));
        RequireShown(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Decode(cert[2]))));
        RequireShown(Decrypt(Decode((string)JsonNode.Parse(sessionKey)!["k"]!), cert));
    }

    private static ApplicationCertificate ReadCertificate()
    {
        byte[] document = Encoding.UTF8.GetBytes(CodeBlocks("json")[0].TrimEnd('\n'));
        return ApplicationCertificate.TryRead(document, _now, out ApplicationCertificate? certificate, out string? problem)
            ? certificate
            : throw new InvalidDataException(problem);
    }

    private static IncomingRequest ReadRequest()
    {
        string[] line = CodeBlocks("http")[0].Split('\n')[0].Split(' ');
        byte[] content = Encoding.UTF8.GetBytes(Regex.Match(_section, "bytes `(?<content>[^`]+)`", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups["content"].Value);
        return new IncomingRequest
        {
            Method = line[0],
            Scheme = "https",
            Host = "tracker.example",
            Target = line[1],
            RemoteAddress = IPAddress.Loopback,
            Headers = ReadHeaders(),
            Content = new MemoryStream(content),
            ContentLength = content.Length,
        };
    }

    private static Dictionary<string, StringValues> ReadHeaders() => CodeBlocks("http")[0].TrimEnd('\n').Split('\n').Skip(1)
        .Select(line => line.Split(": "))
        .ToDictionary(header => header[0], header => new StringValues(header[1]), StringComparer.OrdinalIgnoreCase);

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
