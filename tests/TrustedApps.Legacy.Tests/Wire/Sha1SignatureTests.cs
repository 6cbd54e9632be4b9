using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Keys;
using TrustedApps.Legacy.Wire;
using TrustedApps.Protocols;

namespace TrustedApps.Legacy.Tests.Wire;

public class Sha1SignatureTests
{
    private const long Stamp = 1_795_000_000_000;

    public static TheoryData<int> UrlLengths { get; } = [1, 300, 330, 331, 1000, 5000, 16_384]; // on the stack up to 330

    [Theory]
    [InlineData(null, "1795000000000\nhttps://tracker.example/app/rest/issues?q=open")]
    [InlineData("fred", "1795000000000\nhttps://tracker.example/app/rest/issues?q=open\nfred")]
    [InlineData("Zoë \U0001F600", "1795000000000\nhttps://tracker.example/app/rest/issues?q=open\nZoë \U0001F600")]
    public void The_base_string_is_stamp_and_url_and_from_version_3_on_the_user(string? user, string baseString)
    {
        using RSA rsa = RSA.Create(Fixture.Wiki.LegacyKey.ExportParameters());
        byte[] utf8 = Encoding.UTF8.GetBytes(baseString);
        string signature = Sign(Fixture.Wiki, Stamp, Fixture.Url, user);
        Assert.Equal(Convert.ToBase64String(rsa.SignData(utf8, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1)), signature);
        Assert.True(Verify(signature, Stamp, Fixture.Url, user));
    }

    [Fact]
    public void Another_stamp_url_user_or_key_is_refused()
    {
        string signature = Sign(Fixture.Wiki, Stamp, Fixture.Url, "fred");
        Assert.False(Verify(signature, Stamp + 1, Fixture.Url, "fred"));
        Assert.False(Verify(signature, -Stamp, Fixture.Url, "fred"));
        Assert.False(Verify(signature, Stamp, Fixture.Url + "&", "fred"));
        Assert.False(Verify(signature, Stamp, Fixture.Url.Replace("rest", "r%65st", StringComparison.Ordinal), "fred"));
        Assert.False(Verify(signature, Stamp, Fixture.Url.Replace("tracker", "Tracker", StringComparison.Ordinal), "fred"));
        Assert.False(Verify(signature, Stamp, Fixture.Url.Replace("example", "example:443", StringComparison.Ordinal), "fred"));
        Assert.False(Verify(signature, Stamp, Fixture.Url, "Fred"));
        Assert.False(Verify(signature, Stamp, Fixture.Url, ""));
        Assert.False(Verify(signature, Stamp, Fixture.Url, null));
        Assert.False(Sha1Signature.Verify(Fixture.Blog.PublicKey, signature, Stamp, Fixture.Url, "fred"));
    }

    [Fact]
    public async Task A_rejection_leaves_the_query_out_of_the_log()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        Request request = Request.Of(ProtocolVersion.Atlassian3);
        Assert.True((await provider.Verify(request)).Accepted);

        Rejection? wrong = (await provider.Verify(request with { Target = "/app/rest?token=secret" })).Rejection;
        Assert.Equal(ErrorCode.BadSignature, wrong?.Code);
        Assert.Contains("not for https://tracker.example/app/rest:", wrong?.Detail, StringComparison.Ordinal);
        Assert.Contains("not for https://tracker.example/app:", (await provider.Verify(request with { Target = "/app" })).Rejection?.Detail, StringComparison.Ordinal);
        Assert.Contains("Version 3 needs a signature", (await provider.Verify(request.Without(Seraph.Signature))).Rejection?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_of_version_2_is_none_of_version_3_and_the_other_way_round()
    {
        Assert.False(Verify(Sign(Fixture.Wiki, Stamp, Fixture.Url, user: null), Stamp, Fixture.Url, ""));
        Assert.False(Verify(Sign(Fixture.Wiki, Stamp, Fixture.Url, "fred"), Stamp, Fixture.Url, null));
    }

    [Fact]
    public void A_signature_has_one_spelling_and_the_length_of_the_modulus()
    {
        string signature = Sign(Fixture.Wiki, Stamp, Fixture.Url, "fred");
        byte[] bytes = Convert.FromBase64String(signature);
        string?[] others =
        [
            null, "", " ", "AAAA", signature + " ", " " + signature, signature.Insert(4, "\n"), signature.TrimEnd('='), signature + "====",
            Convert.ToBase64String(bytes[1..]), Convert.ToBase64String(bytes[..^1]), Convert.ToBase64String([0, .. bytes]), Convert.ToBase64String([.. bytes, 0]),
            signature[..^3] + (char)(signature[^3] + 1) + "==",
        ];
        Assert.All(others, other => Assert.False(Verify(other, Stamp, Fixture.Url, "fred")));
        Assert.True(Verify(signature, Stamp, Fixture.Url, "fred"));
    }

    [Theory]
    [MemberData(nameof(UrlLengths))]
    public void A_url_of_any_length_is_signed_as_a_whole(int length)
    {
        string url = new('é', length);
        string signature = Sign(Fixture.Wiki, Stamp, url, user: null);
        Assert.True(Verify(signature, Stamp, url, null));
        Assert.False(Verify(signature, Stamp, url[..^1] + "e", null));
    }

    [Fact]
    public void What_cannot_be_written_as_UTF8_is_neither_signed_nor_verified()
    {
        const string url = "https://tracker.example/app/\uD800";
        Assert.Throws<ArgumentException>("url", () => Sign(Fixture.Wiki, Stamp, url, "fred"));
        string replaced = Sign(Fixture.Wiki, Stamp, "https://tracker.example/app/\uFFFD", "fred");
        Assert.False(Verify(replaced, Stamp, url, "fred"));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(1032)]
    public void Keys_of_other_lengths_sign_and_verify(int bits)
    {
        ApplicationKeys keys = Fixture.OfBits(bits);
        string signature = Sign(keys, Stamp, Fixture.Url, "fred");
        Assert.True(Sha1Signature.Verify(keys.PublicKey, signature, Stamp, Fixture.Url, "fred"));
        Assert.False(Sha1Signature.Verify(Fixture.Wiki.PublicKey, signature, Stamp, Fixture.Url, "fred"));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(1032)]
    [InlineData(2048)]
    public void A_mark_is_the_last_128_bits_of_the_signature(int bits)
    {
        ApplicationKeys keys = bits == 2048 ? Fixture.Wiki : Fixture.OfBits(bits);
        string signature = Sign(keys, Stamp, Fixture.Url, "fred");
        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(Convert.FromBase64String(signature).AsSpan()[^16..]), Sha1Signature.ReplayKeyOf(signature));
        string?[] others =
        [
            Sign(keys, Stamp, Fixture.Url, null), Sign(keys, Stamp, Fixture.Url, ""), Sign(keys, Stamp, Fixture.Url, "Fred"),
            Sign(keys, Stamp + 1, Fixture.Url, "fred"), Sign(keys, Stamp, Fixture.Url + "x", "fred"),
        ];
        Assert.Equal(6, others.Append(signature).Select(each => Sha1Signature.ReplayKeyOf(each!)).Distinct().Count());
    }

    [Fact]
    public void A_mark_is_of_signatures_of_the_longest_keys_as_well()
    {
        byte[] signature = RandomNumberGenerator.GetBytes(1024);
        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(signature.AsSpan()[^16..]), Sha1Signature.ReplayKeyOf(Convert.ToBase64String(signature)));
    }

    [Fact]
    public void A_base_string_has_one_signature()
    {
        // The same number plus the modulus, where that fits, would have another mark (RFC 8017 section 5.2.2 refuses it).
        BigInteger modulus = Fixture.Wiki.PublicKey.Modulus, limit = BigInteger.One << 2048;
        int tried = 0;
        for (long stamp = Stamp; tried < 3; stamp++)
        {
            string signature = Sign(Fixture.Wiki, stamp, Fixture.Url, "fred");
            BigInteger other = Fixture.ToNumber(Convert.FromBase64String(signature)) + modulus;
            if (other >= limit) continue;
            Assert.True(Verify(signature, stamp, Fixture.Url, "fred"));
            Assert.False(Verify(Convert.ToBase64String(Fixture.ToBytes(other, 256)), stamp, Fixture.Url, "fred"));
            tried++;
        }
    }

    [Fact]
    public void Eight_threads_at_once_sign_and_verify_without_a_wrong_result()
    {
        string good = Sign(Fixture.Wiki, Stamp, Fixture.Url, "fred");
        int wrong = 0;
        Threads.Run(8, number =>
        {
            for (int round = 0; round < 60; round++)
            {
                string user = $"user {number} {round}";
                string signature = Sign(Fixture.Wiki, Stamp, Fixture.Url, user);
                bool right = Verify(signature, Stamp, Fixture.Url, user) && !Verify(signature, Stamp, Fixture.Url, "fred")
                    && Verify(good, Stamp, Fixture.Url, "fred") && !Verify(good, Stamp, Fixture.Url, user);
                if (!right) Interlocked.Increment(ref wrong);
            }
        });
        Assert.Equal(0, wrong);
    }

    private static bool Verify(string? signature, long stamp, string url, string? user) =>
        Sha1Signature.Verify(Fixture.Wiki.PublicKey, signature, stamp, url, user);

    private static string Sign(ApplicationKeys keys, long stamp, string url, string? user) =>
        Sha1Signature.SignAsync(keys, stamp, url, user, TestContext.Current.CancellationToken).Completed();
}
