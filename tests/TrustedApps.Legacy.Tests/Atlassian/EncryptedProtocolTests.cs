using System.Numerics;
using System.Text;
using TrustedApps.Keys;
using TrustedApps.Legacy.Atlassian;
using TrustedApps.Protocols;
using TrustedApps.Replay;

namespace TrustedApps.Legacy.Tests.Atlassian;

public class EncryptedProtocolTests
{
    private static readonly EncryptedProtocol _version1 = new(ProtocolVersion.Atlassian1);
    private static readonly EncryptedProtocol _version2 = new(ProtocolVersion.Atlassian2);

    [Fact]
    public void Version_1_sends_an_encrypted_text_and_no_signature()
    {
        Request request = Request.Of(ProtocolVersion.Atlassian1);
        Assert.Equal($"{Seraph.Cert} {Seraph.Id} {Seraph.Key} {Seraph.Magic} {Seraph.Version}", request.HeaderNames);
        Assert.Equal(("wiki", "1"), (request[Seraph.Id], request[Seraph.Version]));
        Assert.Equal($"{Fixture.Stamp}\nfred\n-1159983122", Decrypt(request));
        Assert.Equal("-1159983122", Encoding.ASCII.GetString(Public(request[Seraph.Magic])));
    }

    [Fact]
    public void Version_2_signs_stamp_and_url_besides()
    {
        Request request = Request.Of(ProtocolVersion.Atlassian2);
        Assert.Equal($"{Seraph.Cert} {Seraph.Id} {Seraph.Key} {Seraph.Magic} {Seraph.Signature} {Seraph.Version}", request.HeaderNames);
        Assert.Equal("2", request[Seraph.Version]);
        Assert.Equal($"{Fixture.Stamp}\nfred\n-1159983122", Decrypt(request));
        Assert.Equal(Craft.Sign($"{Fixture.Stamp}\n{Fixture.Url}"), request[Seraph.Signature]);
    }

    [Fact]
    public void Each_assertion_has_a_key_of_16_bytes_of_its_own_and_the_same_magic()
    {
        Request[] requests = [.. Enumerable.Range(0, 20).Select(_ => Request.Of(ProtocolVersion.Atlassian2))];
        Assert.All(requests, request => Assert.Equal(16, Public(request[Seraph.Key]).Length)); // so the first is not zero
        Assert.Equal(20, requests.Select(request => request[Seraph.Key]).Distinct(StringComparer.Ordinal).Count());
        Assert.Single(requests.Select(request => request[Seraph.Magic]).Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(Seraph.Key, null, "SECRET_KEY_NOT_FOUND")]
    [InlineData(Seraph.Key, "", "SECRET_KEY_NOT_FOUND")]
    [InlineData(Seraph.Key, " \t", "SECRET_KEY_NOT_FOUND")]
    [InlineData(Seraph.Magic, null, "MAGIC_NUMBER_NOT_FOUND")]
    [InlineData(Seraph.Magic, "", "MAGIC_NUMBER_NOT_FOUND")]
    [InlineData(Seraph.Magic, " \t", "MAGIC_NUMBER_NOT_FOUND")]
    public void Key_and_magic_must_be_there(string header, string? value, string code)
    {
        Request request = Request.Of(ProtocolVersion.Atlassian2);
        request = value is null ? request.Without(header) : request.With(header, value);
        Assert.Equal(code, Code(_version2.FindMissingHeader(Read(request))));
    }

    [Fact]
    public void Of_both_missing_the_key_is_named()
    {
        Request request = Request.Of(ProtocolVersion.Atlassian2);
        Assert.Null(_version2.FindMissingHeader(Read(request)));
        Assert.Equal(LegacyProblem.SecretKeyMissing, _version2.FindMissingHeader(Read(request.Without(Seraph.Key, Seraph.Magic)))?.Problem);
    }

    [Fact]
    public void The_text_and_the_key_come_out_again()
    {
        Request request = Craft.Encrypted(ProtocolVersion.Atlassian2, Craft.Text("Zoë"));
        Assert.Null(Open(Read(request), Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2), out var opened));
        Assert.Equal((Fixture.Stamp, "Zoë"), (opened.Milliseconds, opened.User));
        Assert.Equal(Digests.OfSecretKey(Craft.SecretKey), (opened.State as OpenedKey)?.ReplayKey);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(32)]
    [InlineData(255)]
    public void A_key_that_does_not_open_to_16_bytes_is_refused(int length)
    {
        byte[] key = [.. Enumerable.Repeat((byte)1, length)];
        Request request = Craft.Encrypted(ProtocolVersion.Atlassian2, Craft.Text("fred"), key);
        Assert.Equal("BAD_MAGIC", Open(request));
        Assert.Null(Open(Craft.Encrypted(ProtocolVersion.Atlassian2, Craft.Text("fred"), [.. Enumerable.Repeat((byte)1, 16)])));
    }

    [Fact]
    public void A_key_whose_first_byte_is_zero_is_refused()
    {
        // As a number it has 15 bytes: a server of the original kind would decrypt with those.
        byte[] key = [0, .. Enumerable.Repeat((byte)1, 15)];
        Assert.Equal("BAD_MAGIC", Open(Craft.Encrypted(ProtocolVersion.Atlassian2, Craft.Text("fred"), key)));
        Assert.Equal("BAD_MAGIC", Open(Craft.Encrypted(ProtocolVersion.Atlassian2, Craft.Text("fred"), key).With(Seraph.Cert, Craft.Rc4Base64(key[1..], Encoding.UTF8.GetBytes(Craft.Text("fred"))))));
    }

    [Fact]
    public void Key_then_magic_then_certificate_decide_the_refusal()
    {
        Request request = Request.Of(ProtocolVersion.Atlassian2);
        string other = Convert.ToBase64String(new byte[256]);
        Assert.Equal(LegacyProblem.SecretKeyUnreadable, Rejection(request.With(Seraph.Key, other).With(Seraph.Magic, other).With(Seraph.Cert, "?"))?.Problem);
        Assert.Equal(LegacyProblem.MagicUnreadable, Rejection(request.With(Seraph.Magic, other).With(Seraph.Cert, "?"))?.Problem);
        Assert.Equal(LegacyProblem.MagicWrong, Rejection(request.With(Seraph.Cert, "?"))?.Problem);
        Assert.Equal("it is too long", Rejection(request.With(Seraph.Cert, new string('A', 16_388)))?.Detail);
    }

    [Fact]
    public void A_magic_that_was_verified_once_is_known_and_only_that_one()
    {
        TrustedApplication trust = FreshTrust(ProtocolVersion.Atlassian2);
        Request request = Request.Of(ProtocolVersion.Atlassian2);
        string other = Convert.ToBase64String(RawRsa.Private(Fixture.Wiki, "-1159983121"u8));

        Assert.NotNull(Open(Read(request.With(Seraph.Magic, other)), trust, out _));
        Assert.Null(CacheOf(trust).MagicHeader);
        Assert.Null(Open(Read(request), trust, out _));
        Assert.Equal(request[Seraph.Magic], CacheOf(trust).MagicHeader);
        Assert.Null(Open(Read(request), trust, out _));
        Assert.NotNull(Open(Read(request.With(Seraph.Magic, other)), trust, out _));
        Assert.Equal(request[Seraph.Magic], CacheOf(trust).MagicHeader);
    }

    [Fact]
    public void A_magic_with_more_or_less_text_is_refused()
    {
        foreach (string text in new[] { "-115998312", "-11599831222", "--1159983122", "1159983122", "-1159983122 " })
        {
            string magic = Convert.ToBase64String(RawRsa.Private(Fixture.Wiki, Encoding.ASCII.GetBytes(text)));
            Assert.Equal("BAD_MAGIC", Open(Request.Of(ProtocolVersion.Atlassian2).With(Seraph.Magic, magic)));
        }
    }

    [Fact]
    public void A_signature_is_needed_in_version_2_and_checked_where_there_is_one_in_version_1()
    {
        TrustedApplication trust = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian1, ProtocolVersion.Atlassian2);
        LegacyHeaders unsigned = Read(Request.Of(ProtocolVersion.Atlassian1));
        LegacyHeaders empty = Read(Request.Of(ProtocolVersion.Atlassian1).With(Seraph.Signature, ""));
        LegacyHeaders signed = Read(Request.Of(ProtocolVersion.Atlassian2));
        Open(signed, trust, out var opened);

        Assert.Null(_version1.CheckSignature(unsigned, trust.Legacy!.PublicKey, opened, Fixture.Url));
        Assert.Null(_version1.CheckSignature(signed, trust.Legacy!.PublicKey, opened, Fixture.Url));
        Assert.Null(_version2.CheckSignature(signed, trust.Legacy!.PublicKey, opened, Fixture.Url));
        Assert.Equal(LegacyProblem.SignatureMissing, _version2.CheckSignature(unsigned, trust.Legacy!.PublicKey, opened, Fixture.Url)?.Problem);
        Assert.Equal(LegacyProblem.SignatureWrong, _version1.CheckSignature(empty, trust.Legacy!.PublicKey, opened, Fixture.Url)?.Problem);
        Assert.Equal(LegacyProblem.SignatureWrong, _version1.CheckSignature(signed, trust.Legacy!.PublicKey, opened, Fixture.Url + "x")?.Problem);
        Assert.Equal(LegacyProblem.SignatureWrong, _version2.CheckSignature(signed, trust.Legacy!.PublicKey, opened, Fixture.Url + "x")?.Problem);
        Assert.Equal(LegacyProblem.SignatureWrong, _version2.CheckSignature(signed, trust.Legacy!.PublicKey, opened with { Milliseconds = opened.Milliseconds + 1 }, Fixture.Url)?.Problem);
    }

    [Fact]
    public void Marks_tie_key_to_certificate_and_url_and_signature_to_key_and_certificate()
    {
        ReplayKey[] marks = Marks(Request.Of(ProtocolVersion.Atlassian2), Fixture.Url);
        Assert.Equal(2, marks.Length);
        Assert.Single(Marks(Request.Of(ProtocolVersion.Atlassian1), Fixture.Url));

        Request request = Craft.Encrypted(ProtocolVersion.Atlassian2, Craft.Text("fred"));
        Request otherUser = Craft.Encrypted(ProtocolVersion.Atlassian2, Craft.Text("anna"));
        Request otherKey = Craft.Encrypted(ProtocolVersion.Atlassian2, Craft.Text("fred"), [.. Craft.SecretKey.Reverse()]);
        (ReplayKey key, ReplayKey signature) = (Marks(request, Fixture.Url)[0], Marks(request, Fixture.Url)[1]);

        // One key, one certificate, one URL.
        Assert.Equal(key.Key, Marks(otherUser, Fixture.Url)[0].Key);
        Assert.NotEqual(key.BoundTo, Marks(otherUser, Fixture.Url)[0].BoundTo);
        Assert.Equal(key.Key, Marks(request, Fixture.Url + "x")[0].Key);
        Assert.NotEqual(key.BoundTo, Marks(request, Fixture.Url + "x")[0].BoundTo);
        Assert.NotEqual(key.Key, Marks(otherKey, Fixture.Url)[0].Key);

        // One signature, one key, one certificate.
        Assert.Equal(signature.Key, Marks(otherUser, Fixture.Url)[1].Key);
        Assert.NotEqual(signature.BoundTo, Marks(otherUser, Fixture.Url)[1].BoundTo);
        Assert.Equal(signature.Key, Marks(otherKey, Fixture.Url)[1].Key);
        Assert.NotEqual(signature.BoundTo, Marks(otherKey, Fixture.Url)[1].BoundTo);
        Assert.NotEqual(signature.BoundTo, Marks(request.With(Seraph.Key, otherKey[Seraph.Key]), Fixture.Url)[1].BoundTo);
        Assert.NotEqual(signature.Key, Marks(request.With(Seraph.Signature, Craft.Sign($"{Fixture.Stamp}\n{Fixture.Url}x")), Fixture.Url + "x")[1].Key);
    }

    [Fact]
    public void A_key_is_held_once_its_request_was_accepted_and_then_found()
    {
        TrustedApplication trust = FreshTrust(ProtocolVersion.Atlassian2);
        LegacyHeaders headers = Read(Request.Of(ProtocolVersion.Atlassian2));
        Assert.Null(Open(headers, trust, out LegacyAssertion first));
        Assert.Null(_version2.CheckSignature(headers, trust.Legacy!.PublicKey, first, Fixture.Url));
        Assert.Null(CacheOf(trust).OpenedKeys.Find(headers.Key!)); // a check stores nothing
        _version2.Accepted(trust.Legacy!.PublicKey, first);
        Assert.Same(first.State, CacheOf(trust).OpenedKeys.Find(headers.Key!));

        Assert.Null(Open(headers, trust, out LegacyAssertion second));
        Assert.Same(first.State, second.State);
        Assert.Equal((first.Milliseconds, first.User), (second.Milliseconds, second.User));
        _version2.Accepted(trust.Legacy!.PublicKey, second);
        Assert.Same(first.State, CacheOf(trust).OpenedKeys.Find(headers.Key!));
    }

    [Fact]
    public async Task A_key_is_not_held_of_a_request_that_was_rejected()
    {
        TrustedApplication trust = FreshTrust(ProtocolVersion.Atlassian1, ProtocolVersion.Atlassian2);
        var provider = new Provider(trust);
        Request request = Request.Of(ProtocolVersion.Atlassian2);
        Request[] rejected = [request.With(Seraph.Signature, ""), request.Without(Seraph.Signature), request.With(Seraph.Signature, Craft.Sign("other")), request with { Method = "PUT" }];
        foreach (Request bad in rejected)
        {
            Assert.False((await provider.Verify(bad)).Accepted);
            Assert.Null(CacheOf(trust).OpenedKeys.Find(request[Seraph.Key]));
        }

        Assert.True((await provider.Verify(request)).Accepted);
        Assert.NotNull(CacheOf(trust).OpenedKeys.Find(request[Seraph.Key]));

        Request unsigned = Request.Of(ProtocolVersion.Atlassian1); // needs no signature
        Assert.True((await provider.Verify(unsigned)).Accepted);
        Assert.NotNull(CacheOf(trust).OpenedKeys.Find(unsigned[Seraph.Key]));
    }

    [Fact]
    public void A_key_that_is_held_excuses_nothing_else()
    {
        TrustedApplication trust = FreshTrust(ProtocolVersion.Atlassian2);
        Request request = Request.Of(ProtocolVersion.Atlassian2);
        Open(Read(request), trust, out LegacyAssertion opened);
        _version2.Accepted(trust.Legacy!.PublicKey, opened);

        string other = Convert.ToBase64String(new byte[256]);
        foreach (TrustedApplication either in new[] { trust, FreshTrust(ProtocolVersion.Atlassian2) })
        {
            Assert.Equal(LegacyProblem.SecretKeyUnreadable, Problem(request.With(Seraph.Key, other)));
            Assert.Equal(LegacyProblem.SecretKeyUnreadable, Problem(request.With(Seraph.Key, request[Seraph.Key].TrimEnd('='))));
            Assert.Equal(LegacyProblem.SecretKeyUnreadable, Problem(request.With(Seraph.Key, request[Seraph.Key] + " ")));
            Assert.Equal(LegacyProblem.MagicUnreadable, Problem(request.With(Seraph.Magic, other)));
            Assert.Equal(LegacyProblem.MagicWrong, Problem(request.With(Seraph.Cert, "?")));
            Assert.NotNull(Problem(request.With(Seraph.Cert, "AAAA")));

            LegacyProblem? Problem(Request sent) => Open(Read(sent), either, out _)?.Problem;
        }

        TrustedApplication changed = Fixture.Trust(Fixture.Blog, ProtocolVersion.Atlassian2); // begins anew
        Assert.Equal(LegacyProblem.SecretKeyUnreadable, Open(Read(request), changed, out _)?.Problem);
    }

    // With a public key of its own, and so with nothing cached.
    private static TrustedApplication FreshTrust(params ProtocolVersion[] versions) => new(
        "wiki",
        RsaPublicKey.Parse(Fixture.Wiki.PublicKey.ToBase64()),
        new TrustConditions { Addresses = ["*"], Urls = ["*"], Versions = versions });

    private static OpeningCache CacheOf(TrustedApplication trust) => OpeningCache.Of(trust.Legacy!.PublicKey);

    private static ReplayKey[] Marks(Request request, string url)
    {
        LegacyHeaders headers = Read(request);
        var marks = new ReplayKey[2];
        Open(headers, Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2), out var opened);
        return marks[.._version2.GetReplayKeys(headers, opened, url, marks)];
    }

    private static LegacyRejection? Open(LegacyHeaders headers, TrustedApplication trust, out LegacyAssertion opened) =>
        _version2.Open(headers, trust.Legacy!.PublicKey, out opened);

    private static string? Open(Request request) =>
        Code(Open(Read(request), Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2), out _));

    private static LegacyRejection? Rejection(Request request) =>
        Open(Read(request), Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2), out _);

    private static string? Code(LegacyRejection? rejection) => rejection?.Problem switch
    {
        null => null,
        LegacyProblem.Malformed => "SYSTEM",
        LegacyProblem.SecretKeyMissing => "SECRET_KEY_NOT_FOUND",
        LegacyProblem.MagicMissing => "MAGIC_NUMBER_NOT_FOUND",
        _ => "BAD_MAGIC",
    };

    private static LegacyHeaders Read(Request request)
    {
        ReceivedHeaders received = ReceivedHeaders.Read(request.Headers);
        Assert.Null(received.Malformed);
        AssertionHeaders headers = received.Headers;
        return new LegacyHeaders { Key = headers.Key, Magic = headers.Magic, Cert = headers.Cert, Signature = headers.Signature };
    }

    private static string Decrypt(Request request)
    {
        byte[] text = Convert.FromBase64String(request[Seraph.Cert]);
        Rc4.Transform(Public(request[Seraph.Key]), text);
        return Encoding.UTF8.GetString(text);
    }

    private static byte[] Public(string base64)
    {
        byte[] input = Convert.FromBase64String(base64);
        Assert.Equal(256, input.Length);
        RsaPublicKey key = Fixture.Wiki.PublicKey;
        return BigInteger.ModPow(Fixture.ToNumber(input), key.Exponent, key.Modulus).ToByteArray(isUnsigned: true, isBigEndian: true);
    }
}
