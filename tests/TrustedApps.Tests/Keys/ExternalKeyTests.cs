using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

/// <summary>Keys that are made with public types alone, and are not in this process.</summary>
public class ExternalKeyTests
{
    private static readonly DateTimeOffset _made = Fixture.Now.AddDays(-30);

    private readonly SigningService _service = new(ThrowAwayKeys.Of("tracker:42", 2, _made));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_sides_work_with_keys_in_a_service()
    {
        var wiki = new SigningService(Fixture.Wiki);
        var tracker = new SigningService(Fixture.Tracker);
        await RoundTripAsync(wiki.Keys, tracker.Keys);
        Assert.Equal((2, 2), (wiki.Asked, tracker.Asked)); // a certificate each, one key grant, one unwrapping
    }

    [Fact]
    public async Task Both_sides_work_with_RSA_objects_and_certificates_that_cannot_be_exported()
    {
        await RoundTripAsync(
            ApplicationKeys.Create("wiki:8731", ExternalKey.FromRsa(Sealed(1)), ExternalKey.FromRsa(Sealed(2)), _made),
            ApplicationKeys.Create("tracker:42", ExternalKey.FromCertificate(CertificateOf(7)), ExternalKey.FromCertificate(CertificateOf(8)), _made));
    }

    [Fact]
    public async Task An_RSA_object_is_used_by_one_operation_at_a_time()
    {
        using var rsa = new SealedRsa(ThrowAwayKeys.Get(1));
        var keys = ApplicationKeys.Create("wiki", ExternalKey.FromRsa(rsa), ExternalKey.FromRsa(Sealed(2)), _made);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
            await keys.SigningKey.SignHashAsync(new byte[32], HashAlgorithmName.SHA256, RSASignaturePadding.Pss, Cancellation))));
        Assert.Equal(1, rsa.Most);
    }

    [Fact]
    public async Task So_many_operations_as_are_allowed_are_under_way_at_once()
    {
        var service = new SigningService(Fixture.Wiki, maxConcurrency: 3);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Task.Run(async () =>
            await service.Keys.SigningKey.SignHashAsync(new byte[32], HashAlgorithmName.SHA256, RSASignaturePadding.Pss, Cancellation))));
        Assert.Equal(60, service.Asked);
        Assert.InRange(service.Most, 1, 3);
    }

    [Fact]
    public async Task An_operation_that_ignores_its_token_keeps_its_place_and_the_wait_for_one_can_be_cancelled()
    {
        var service = new SigningService(Fixture.Wiki, maxConcurrency: 1) { IsSilent = true };
        _ = service.Keys.SigningKey.SignHashAsync(new byte[32], HashAlgorithmName.SHA256, RSASignaturePadding.Pss, Cancellation).AsTask();
        using var impatient = new CancellationTokenSource();
        Task<byte[]> second = service.Keys.SigningKey
            .SignHashAsync(new byte[32], HashAlgorithmName.SHA256, RSASignaturePadding.Pss, impatient.Token).AsTask();
        Assert.False(second.IsCompleted);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(1, service.Asked);
    }

    [Fact]
    public async Task A_failure_is_one_exception_that_names_the_key()
    {
        _service.Failure = new IOException("The service is away.");
        foreach (Func<Task> operation in new Func<Task>[]
        {
            async () => await _service.Keys.ToCertificateAsync(cancellationToken: Cancellation),
            async () => await _service.Keys.FindEncryptionKey(_service.Keys.Keys[2].PublicKey.Thumbprint, Fixture.Now)!.UnwrapAsync(new byte[256], Cancellation),
        })
        {
            PrivateKeyException thrown = await Assert.ThrowsAsync<PrivateKeyException>(operation);
            Assert.IsType<IOException>(thrown.InnerException);
            Assert.Contains("The service is away.", thrown.Message, StringComparison.Ordinal);
            Assert.Contains(_service.Keys.Keys, key => thrown.Message.Contains(key.PublicKey.Thumbprint, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_signature_that_the_public_key_does_not_verify_is_not_used()
    {
        _service.SignsWrongly = true;
        PrivateKeyException thrown = await Assert.ThrowsAsync<PrivateKeyException>(
            async () => await _service.Keys.ToCertificateAsync(cancellationToken: Cancellation));
        Assert.Contains("a salt as long as the hash", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ciphertext_that_does_not_open_is_null()
    {
        PrivateKey inService = _service.Keys.FindEncryptionKey(_service.Keys.Keys[2].PublicKey.Thumbprint, Fixture.Now)!;
        Assert.Null(await inService.UnwrapAsync(new byte[256], Cancellation));
        var keys = ApplicationKeys.Create("wiki", ExternalKey.FromRsa(Sealed(1)), ExternalKey.FromRsa(Sealed(2)), _made);
        Assert.Null(await keys.FindEncryptionKey(keys.Keys[1].PublicKey.Thumbprint, Fixture.Now)!.UnwrapAsync(new byte[256], Cancellation));
    }

    [Fact]
    public async Task Forged_key_grants_ask_nothing_of_the_service()
    {
        var service = new SigningService(Fixture.Tracker);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4)) { Options = new() { BaseUrls = [Fixture.Base], Keys = service.Keys } };
        Request request = Request.Of(ProtocolVersion.Version4);
        foreach (char other in "ABCDEFGH")
        {
            Request forged = request.With(Seraph.Key, key => $"{key[..(key.LastIndexOf('.') + 1)]}{other}{other}{key[(key.LastIndexOf('.') + 3)..]}");
            Assert.Equal("BAD_GRANT", await provider.Answer(forged));
        }

        Assert.Equal(0, service.Asked);
        Assert.Equal("OK fred", await provider.Answer(request));
        Assert.Equal(1, service.Asked);
    }

    [Fact]
    public async Task A_consumer_whose_key_fails_or_is_silent_throws_what_resilience_handlers_retry()
    {
        var clock = new ManualTimeProvider(Fixture.Now);
        var service = new SigningService(Fixture.Wiki) { Failure = new IOException("The service is away.") };
        using HttpClient client = ClientOf(service, clock);
        HttpRequestException thrown = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Fixture.Url, Cancellation));
        Assert.IsType<PrivateKeyException>(thrown.InnerException);
        Assert.StartsWith($"The request was not sent, because '{Fixture.Wiki.Id}' could not sign it:", thrown.Message, StringComparison.Ordinal);

        (service.Failure, service.IsSilent) = (null, true);
        Task waiting = clock.TimerOf(TimeSpan.FromSeconds(10));
        Task<HttpResponseMessage> sending = client.GetAsync(Fixture.Url, Cancellation);
        await waiting;
        clock.Advance(TimeSpan.FromSeconds(10));
        thrown = await Assert.ThrowsAsync<HttpRequestException>(() => sending);
        Assert.IsType<TimeoutException>(thrown.InnerException);
    }

    [Fact]
    public void They_are_neither_saved_nor_exported_nor_followed_by_keys_in_this_process()
    {
        foreach (Action export in new Action[]
        {
            () => _service.Keys.ToBytes(),
            () => _service.Keys.Save(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())),
            () => _service.Keys.ExportLegacyKey(),
        })
        {
            Assert.Contains("not in this process", Assert.Throws<InvalidOperationException>(export).Message, StringComparison.Ordinal);
        }

        Assert.Contains(
            "PublishNextExternal(now, signing, encryption)",
            Assert.Throws<InvalidOperationException>(() => _service.Keys.PublishNext(Fixture.Now)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Their_encryption_keys_do_not_rotate_by_themselves_and_the_retired_are_removed()
    {
        TimeSpan daily = TimeSpan.FromDays(1);
        Assert.Null(_service.Keys.FindNextRotation(Fixture.Now, daily));
        Assert.Same(_service.Keys, _service.Keys.RotateEncryptionKeys(Fixture.Now, daily));

        ApplicationKeys rotated = _service.Keys.PublishNextExternal(Fixture.Now, signing: null, KeyOf(11)).Rotate(Fixture.Now.AddHours(2));
        Assert.Equal([KeyStatus.Current, KeyStatus.Retired], rotated.Keys.Where(key => key.Use == KeyUse.Encryption).Select(key => key.Status));
        Assert.Equal(Fixture.Now.AddHours(2 + 50).AddMinutes(1), rotated.FindNextRotation(Fixture.Now.AddHours(3), daily));
        ApplicationKeys later = rotated.RotateEncryptionKeys(Fixture.Now.AddHours(53), daily);
        Assert.Single(later.Keys, key => key.Use == KeyUse.Encryption);
        Assert.True(rotated.ChangedAt > _service.Keys.ChangedAt);
    }

    [Fact]
    public async Task Both_keys_rotate_and_the_certificate_is_signed_by_both()
    {
        ApplicationKeys published = _service.Keys.PublishNextExternal(Fixture.Now, KeyOf(10), KeyOf(11));
        Assert.Throws<InvalidOperationException>(() => published.PublishNextExternal(Fixture.Now, KeyOf(13), null));
        Assert.Throws<InvalidOperationException>(() => published.PublishNextExternal(Fixture.Now, null, KeyOf(14)));
        ApplicationKeys rotated = published.Rotate(Fixture.Now.AddHours(50));

        ApplicationCertificate certificate =
            await rotated.ToCertificateAsync(time: new FakeTimeProvider(Fixture.Now.AddHours(51)), cancellationToken: Cancellation);
        Assert.Equal(2, certificate.SigningKeys.Count);
        Assert.Equal(KeyOf(10).PublicKey, certificate.SigningKeys[0]);
        Assert.Equal([KeyOf(11).PublicKey], certificate.EncryptionKeys);

        // a store keeps these, and no private part
        ApplicationKeys again = ApplicationKeys.Create(rotated.Id, rotated.Keys, key => KeyOf(Find(key.PublicKey)), rotated.ChangedAt);
        Assert.True(again.IsSameAs(rotated));
    }

    [Fact]
    public void What_cannot_be_a_key_of_version_4_is_refused()
    {
        ExternalKey one = KeyOf(10), two = KeyOf(11);
        Assert.Contains("two uses", Assert.Throws<ArgumentException>(() => ApplicationKeys.Create("wiki", one, one, _made)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ApplicationKeys.Create("a wiki", one, two, _made));
        Assert.Throws<ArgumentException>(() => ApplicationKeys.Create("wiki", ExternalKey.FromRsa(RSA.Create(ThrowAwayKeys.OfBits(1024))), two, _made));
        Assert.Throws<ArgumentException>(() => ApplicationKeys.Create("tracker:42", _service.Keys.Keys, _ => one, _made));
        Assert.Equal("find", Assert.Throws<ArgumentException>(() => ApplicationKeys.Create("tracker:42", _service.Keys.Keys, _ => null!, _made)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExternalKey(one.PublicKey, one.Operations, 0));
        using var certificate = X509CertificateLoader.LoadCertificate(CertificateOf(10).RawData);
        Assert.Contains("no RSA private key", Assert.Throws<ArgumentException>(() => ExternalKey.FromCertificate(certificate)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_RSA_class_that_does_not_say_its_length_is_used()
    {
        using var rsa = new SealedRsa(ThrowAwayKeys.Get(10), saysLength: false);
        ExternalKey key = await Task.Run(() => ExternalKey.FromRsa(rsa), Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(KeyOf(10).PublicKey, key.PublicKey);
    }

    private static async Task RoundTripAsync(ApplicationKeys wiki, ApplicationKeys tracker)
    {
        ApplicationCertificate ofTracker = await tracker.ToCertificateAsync(cancellationToken: Cancellation);
        ApplicationCertificate ofWiki = await wiki.ToCertificateAsync(cancellationToken: Cancellation);
        var trust = new TrustedApplication(CertificateRecord.Establish(ofWiki, baseUrl: null, Fixture.Now), new TrustConditions { Addresses = ["*"], Urls = ["*"] });
        var provider = new Provider(trust) { Options = new() { BaseUrls = [Fixture.Base], Keys = tracker } };
        var issuer = new AssertionIssuer(wiki, ofTracker, Fixture.Base, provider.Clock);
        AssertionHeaders headers = await issuer.IssueAsync("fred", Fixture.Url, cancellationToken: Cancellation);
        Assert.Equal("OK fred", await provider.Answer(Request.Carrying(headers)));
    }

    private static HttpClient ClientOf(SigningService service, TimeProvider clock)
    {
        var issuer = new AssertionIssuer(service.Keys, Fixture.Tracker.ToCertificate(), Fixture.Base, clock);
        var options = new TrustedAppClientOptions { BaseUrl = Fixture.Base.ToString(), CurrentUser = () => "fred" };
        return new HttpClient(new TrustedAppHandler(issuer, options, clock) { InnerHandler = TrustedAppHandler.CreateInnerHandler() });
    }

    private static ExternalKey KeyOf(int number) => ExternalKey.FromRsa(RSA.Create(ThrowAwayKeys.Get(number)));

    private static int Find(RsaPublicKey key) => Enumerable.Range(0, 48).First(number => KeyOf(number).PublicKey.Equals(key));

    private static SealedRsa Sealed(int number) => new(ThrowAwayKeys.Get(number));

    private static X509Certificate2 CertificateOf(int number)
    {
        using RSA rsa = RSA.Create(ThrowAwayKeys.Get(number));
        var request = new CertificateRequest("CN=key", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(_made, _made.AddDays(1)); // expired, which does not matter
    }

    /// <summary>A key of a token: it signs and decrypts, and gives no private number away.</summary>
    private sealed class SealedRsa(RSAParameters parameters, bool saysLength = true) : RSA
    {
        private readonly RSA _inner = Create(parameters);
        private int _running;

        public int Most { get; private set; }

        public override int KeySize => saysLength ? _inner.KeySize : 0;

        public override RSAParameters ExportParameters(bool includePrivateParameters) => includePrivateParameters
            ? throw new CryptographicException("The key cannot be exported.")
            : _inner.ExportParameters(false);

        public override void ImportParameters(RSAParameters parameters) => throw new NotSupportedException();

        public override byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding) =>
            Use(() => _inner.SignHash(hash, hashAlgorithm, padding));

        public override byte[] Decrypt(byte[] data, RSAEncryptionPadding padding) => Use(() => _inner.Decrypt(data, padding));

        private byte[] Use(Func<byte[]> operation)
        {
            Most = Math.Max(Most, Interlocked.Increment(ref _running));
            byte[] result = operation();
            Interlocked.Decrement(ref _running);
            return result;
        }
    }
}
