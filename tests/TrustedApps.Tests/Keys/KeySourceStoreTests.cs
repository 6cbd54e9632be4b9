using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;
using TrustedApps.Hosting;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

public sealed class KeySourceStoreTests : IDisposable
{
    private static readonly PbeParameters _encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2000);

    private readonly ScratchFolder _folder = new();
    private readonly ManualTimeProvider _clock = new(Fixture.Now);
    private readonly LogRecorder _logs = new();

    public static TheoryData<string, string?> Formats => new()
    {
        { "pkcs8", null },
        { "pkcs1", null },
        { "encrypted", "correct horse" },
        { "pfx", null },
        { "pfx", "correct horse" },
        { "with certificate", null },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_format_of_a_file_gives_a_key_that_signs_and_one_that_decrypts(string format, string? password)
    {
        using KeySourceStore store = StoreOf(Write("sign", 1, format, password), Write("open", 2, format, password));
        await store.LoadAsync(Cancellation);
        Assert.Equal("tracker:42", store.Keys.Id);
        Assert.Equal([ThumbprintOf(1), ThumbprintOf(2)], store.Keys.Keys.Select(key => key.PublicKey.Thumbprint));
        Assert.Equal(Fixture.Now.AddDays(-1), store.Keys.ChangedAt);

        ApplicationCertificate certificate = await store.Keys.ToCertificateAsync(time: _clock, cancellationToken: Cancellation);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4)) { Options = new() { BaseUrls = [Fixture.Base], KeyStore = store } };
        var issuer = new AssertionIssuer(Fixture.Wiki, certificate, Fixture.Base, provider.Clock);
        AssertionHeaders headers = await issuer.IssueAsync("fred", Fixture.Url, cancellationToken: Cancellation);
        Assert.Equal("OK fred", await provider.Answer(Request.Carrying(headers)));
    }

    [Fact]
    public async Task A_file_that_was_renewed_with_the_same_key_changes_nothing()
    {
        KeyLocationOptions sign = Write("sign", 1, "pfx"), open = Write("open", 2);
        using KeySourceStore store = await LoadAsync(sign, open);
        ApplicationKeys before = store.Keys;
        Write("sign", 1, "pfx", serial: 2);
        _clock.Advance(store.CheckInterval);
        Assert.Same(before, store.Keys);
        Assert.Empty(_logs.Lines);
    }

    [Fact]
    public async Task Nodes_with_the_same_keys_state_the_same_time_whenever_they_start()
    {
        KeyLocationOptions sign = Write("sign", 1), open = Write("open", 2);
        File.SetLastWriteTimeUtc(open.Path!, Fixture.Now.AddHours(-3).UtcDateTime.AddMilliseconds(200));
        using KeySourceStore one = await LoadAsync(sign, open);
        _clock.Advance(TimeSpan.FromDays(1));
        using KeySourceStore other = await LoadAsync(sign, open);
        Assert.Equal(Fixture.Now.AddHours(-3), one.Keys.ChangedAt);
        Assert.Equal(one.Keys.ChangedAt, other.Keys.ChangedAt);

        File.SetLastWriteTimeUtc(open.Path!, Fixture.Now.AddDays(9).UtcDateTime); // a clock that was ahead
        using KeySourceStore third = await LoadAsync(sign, open);
        Assert.Equal(Fixture.Now.AddDays(1), third.Keys.ChangedAt);
    }

    [Fact]
    public async Task The_setting_of_the_time_counts_and_is_not_in_the_future()
    {
        var options = new KeySourceOptions { Id = "tracker:42", SigningKey = Write("sign", 1), EncryptionKey = Write("open", 2), ChangedAt = Fixture.Now };
        using var store = new KeySourceStore(options, _clock);
        await store.LoadAsync(Cancellation);
        Assert.Equal(Fixture.Now, store.Keys.ChangedAt);

        options.ChangedAt = Fixture.Now.AddSeconds(1);
        using var early = new KeySourceStore(options, _clock);
        InvalidDataException thrown = Assert.Throws<InvalidDataException>(early.Load);
        Assert.StartsWith("KeySource:ChangedAt = 20", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_says_that_a_file_cannot_be_used()
    {
        using KeySourceStore store = StoreOf(Write("sign", 1), Write("open", 2));
        Assert.Empty(((IHealthSource)store).ReadHealth());
        await store.LoadAsync(Cancellation);
        HealthReading reading = Assert.Single(((IHealthSource)store).ReadHealth());
        Assert.Equal(("keys:tracker:42:file_is_usable", true, null), (reading.Name, reading.Value, reading.Problem));
        Write("sign", 7);
        _clock.Advance(store.CheckInterval);
        Assert.Contains("OtherSigningKey", Assert.Single(((IHealthSource)store).ReadHealth()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_keys_rotate_through_files_that_are_replaced()
    {
        using KeySourceStore store = await LoadAsync(Write("sign", 1), Write("open", 2), Write("sign2", 4), Write("open2", 5));
        DateTimeOffset before = store.Keys.ChangedAt;
        _clock.Advance(TimeSpan.FromHours(50));

        // the files change places: what the store sees between the two is refused, and the keys in memory stay
        Write("sign", 4);
        _clock.Advance(store.CheckInterval);
        Assert.Equal(ThumbprintOf(1), store.Keys.SigningKey.KeyId);
        Assert.Equal("KeyFileNotUsed", Assert.Single(_logs.Lines).Event.Name);

        Write("sign2", 1);
        Write("open", 5);
        Write("open2", 2);
        _clock.Advance(store.CheckInterval);
        Assert.Equal(ThumbprintOf(4), store.Keys.SigningKey.KeyId);
        Assert.Equal("OwnKeysReplaced", _logs.Lines.Last().Event.Name);
        Assert.True(store.Keys.ChangedAt > before);
        Assert.NotNull(store.Keys.FindEncryptionKey(ThumbprintOf(2), _clock.GetUtcNow()));
        ApplicationCertificate certificate = await store.Keys.ToCertificateAsync(time: _clock, cancellationToken: Cancellation);
        Assert.Equal([ThumbprintOf(4), ThumbprintOf(1)], certificate.SigningKeys.Select(key => key.Thumbprint));
        Assert.Equal(ThumbprintOf(5), certificate.EncryptionKeys[0].Thumbprint);
    }

    [Theory]
    [InlineData("sign", "OtherSigningKey")]
    [InlineData("open", "OtherEncryptionKey")]
    public async Task A_key_that_others_do_not_have_is_not_used_and_one_that_they_use_is_not_dropped(string file, string remedy)
    {
        using KeySourceStore store = await LoadAsync(Write("sign", 1), Write("open", 2));
        ApplicationKeys before = store.Keys;
        Write(file, 7);
        for (int times = 0; times < 3; times++) _clock.Advance(store.CheckInterval);
        Assert.Same(before, store.Keys);
        LogLine line = Assert.Single(_logs.Lines);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains(remedy, line.Message, StringComparison.Ordinal);

        Write(file, file == "sign" ? 1 : 2);
        _clock.Advance(store.CheckInterval);
        Assert.Single(_logs.Lines);
    }

    [Fact]
    public async Task A_file_that_is_gone_or_broken_leaves_the_keys_in_memory_and_is_logged_once()
    {
        KeyLocationOptions sign = Write("sign", 1);
        using KeySourceStore store = await LoadAsync(sign, Write("open", 2));
        ApplicationKeys before = store.Keys;
        File.Delete(sign.Path!);
        for (int times = 0; times < 3; times++) _clock.Advance(store.CheckInterval);
        Assert.Contains("KeySource:SigningKey", Assert.Single(_logs.Lines).Message, StringComparison.Ordinal);
        Assert.Same(before, store.Keys);
        store.Dispose();
        Write("sign", 4);
        _clock.Advance(store.CheckInterval);
        Assert.Single(_logs.Lines);
    }

    [Fact]
    public async Task An_X509_store_gives_its_keys_whatever_their_certificates_say()
    {
        using X509Certificate2 sign = Keep(13), open = Keep(14);
        try
        {
            using KeySourceStore store = await LoadAsync(Of(sign), Of(open));
            Assert.Equal([ThumbprintOf(13), ThumbprintOf(14)], store.Keys.Keys.Select(key => key.PublicKey.Thumbprint));
            Assert.Equal(Fixture.Now.AddDays(-30), store.Keys.ChangedAt); // from which they are valid
            Assert.NotNull(await store.Keys.ToCertificateAsync(cancellationToken: Cancellation));
            Assert.Throws<InvalidOperationException>(() => store.Keys.ToBytes());
            await Assert.ThrowsAsync<NotSupportedException>(() => store.ChangeAsync(keys => keys, Cancellation));

            InvalidDataException missing = await Assert.ThrowsAsync<InvalidDataException>(() => LoadAsync(
                Of(sign), new() { Thumbprint = new string('0', 40) }));
            Assert.Contains("KeySource:EncryptionKey = the certificate 0000", missing.Message, StringComparison.Ordinal);
            missing = await Assert.ThrowsAsync<InvalidDataException>(() => LoadAsync(
                Of(sign), new() { Thumbprint = open.Thumbprint, Store = "NoSuchStore" }));
            Assert.Contains("CurrentUser/NoSuchStore: the store does not exist", missing.Message, StringComparison.Ordinal);
        }
        finally
        {
            using var mine = new X509Store(StoreName.My, StoreLocation.CurrentUser);
            mine.Open(OpenFlags.ReadWrite);
            mine.Remove(sign);
            mine.Remove(open);
        }

        static KeyLocationOptions Of(X509Certificate2 certificate) => new() { Path = "", Thumbprint = certificate.Thumbprint };
    }

    [Fact]
    public async Task What_is_wrong_with_a_file_is_said_without_its_content()
    {
        string secret = ThrowAwayKeys.Pem(1).Split('\n')[3];
        using ECDsa curve = ECDsa.Create();
        (string File, string Text, string? Password, string Said)[] cases =
        [
            ("two.pem", ThrowAwayKeys.Pem(1) + ThrowAwayKeys.Pem(2), null, "has 2 private keys and must have one"),
            ("none.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", null, "has 0 private keys and must have one"),
            ("curve.pem", curve.ExportECPrivateKeyPem(), null, "of another kind (EC PRIVATE KEY)"),
            ("curve8.pem", curve.ExportPkcs8PrivateKeyPem(), null, "not an unencrypted RSA private key"),
            ("torn.pem", ThrowAwayKeys.Pem(1).Replace(secret, secret[..^4], StringComparison.Ordinal), null, "not an unencrypted RSA private key"),
            ("short.pem", PemOf(ThrowAwayKeys.OfBits(1024)), null, "2,048 to 4,096 bits"),
            ("locked.pem", PemOf(ThrowAwayKeys.Get(1), "right"), null, "is encrypted: set Password"),
            ("wrong.pem", PemOf(ThrowAwayKeys.Get(1), "right"), "wrong", "does not open"),
            ("old.pem", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n", null, "openssl pkcs8 -topk8"),
            ("text.txt", "hello", null, "set Password"),
            ("text2.txt", "hello", "wrong", "with this Password"),
        ];
        foreach ((string file, string text, string? password, string said) in cases)
        {
            var bad = new KeyLocationOptions { Path = _folder.Write(file, text), Password = password };
            InvalidDataException thrown = await Assert.ThrowsAsync<InvalidDataException>(() => LoadAsync(bad, Write("open", 2)));
            Assert.StartsWith($"KeySource:SigningKey = {bad.Path}: ", thrown.Message, StringComparison.Ordinal);
            Assert.Contains(said, thrown.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(secret[..8], thrown.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("right", thrown.ToString(), StringComparison.Ordinal);
        }

        InvalidDataException two = await Assert.ThrowsAsync<InvalidDataException>(() => LoadAsync(Write("one", 1), Write("one", 1)));
        Assert.Contains("must not serve two uses", two.Message, StringComparison.Ordinal);
        two = await Assert.ThrowsAsync<InvalidDataException>(() => LoadAsync(new() { Path = _folder.PathOf("nothing.pem") }, Write("open", 2)));
        Assert.Contains("there is no such file", two.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_with_the_ROCA_weakness_is_refused()
    {
        // the modulus alone decides: the product of primes of that form, as RocaFingerprintTests has them
        RSAParameters weak = RocaKeys.Make();
        var bad = new KeyLocationOptions { Path = _folder.Write("roca.pem", PemOf(weak)) };
        InvalidDataException thrown = Assert.Throws<InvalidDataException>(() => StoreOf(bad, Write("open", 2)).Load());
        Assert.Contains("ROCA", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, null, "SigningKey is missing")]
    [InlineData("", null, null, "SigningKey:Path and Thumbprint: set exactly one")]
    [InlineData("a.pem", null, "00", "SigningKey:Path and Thumbprint: set exactly one")]
    [InlineData(null, "secret", "0123456789012345678901234567890123456789", "SigningKey:Password is of a file")]
    [InlineData(null, null, "01 23", "SigningKey:Thumbprint '01 23' must be 40 hexadecimal digits")]
    public void Settings_are_checked_before_anything_is_read(string? path, string? password, string? thumbprint, string said)
    {
        KeyLocationOptions? sign = path is null && thumbprint is null ? null : new() { Path = path, Password = password, Thumbprint = thumbprint };
        var options = new KeySourceOptions { Id = "wiki", SigningKey = sign, EncryptionKey = new() { Path = "b.pem" } };
        Assert.StartsWith(said, options.FindProblem(), StringComparison.Ordinal);
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => new KeySourceStore(options));
        Assert.DoesNotContain("secret", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new KeySourceStore(new() { SigningKey = new() { Path = "a" }, EncryptionKey = new() { Path = "b" } }));
    }

    private async Task<KeySourceStore> LoadAsync(
        KeyLocationOptions sign, KeyLocationOptions open, KeyLocationOptions? otherSign = null, KeyLocationOptions? otherOpen = null)
    {
        KeySourceStore store = StoreOf(sign, open, otherSign, otherOpen);
        await store.LoadAsync(Cancellation);
        return store;
    }

    private KeySourceStore StoreOf(
        KeyLocationOptions sign, KeyLocationOptions open, KeyLocationOptions? otherSign = null, KeyLocationOptions? otherOpen = null) => new(
        new KeySourceOptions
        {
            Id = "tracker:42",
            SigningKey = sign,
            EncryptionKey = open,
            OtherSigningKey = otherSign,
            OtherEncryptionKey = otherOpen,
        },
        _clock,
        new LoggerFactory([_logs]).CreateLogger<KeySourceStore>());

    // Each time with another time stamp, as when it is replaced later.
    private KeyLocationOptions Write(string name, int number, string format = "pkcs8", string? password = null, int serial = 1)
    {
        string path = _folder.PathOf(name);
        using RSA rsa = RSA.Create(ThrowAwayKeys.Get(number));
        byte[] content = format switch
        {
            "pkcs1" => Text(rsa.ExportRSAPrivateKeyPem()),
            "encrypted" => Text(rsa.ExportEncryptedPkcs8PrivateKeyPem(password, _encryption)),
            "with certificate" => Text(CertificateOf(rsa, serial).ExportCertificatePem() + "\nThe key:\n" + rsa.ExportPkcs8PrivateKeyPem() + "\n"),
            "pfx" => CertificateOf(rsa, serial).Export(X509ContentType.Pkcs12, password),
            _ => Text(rsa.ExportPkcs8PrivateKeyPem()),
        };
        DateTime written = File.Exists(path) ? File.GetLastWriteTimeUtc(path).AddSeconds(1) : Fixture.Now.AddDays(-1).UtcDateTime;
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, written);
        return new() { Path = path, Password = password };

        static byte[] Text(string pem) => System.Text.Encoding.ASCII.GetBytes(pem);
    }

    private static X509Certificate2 CertificateOf(RSA rsa, int serial)
    {
        var request = new CertificateRequest($"CN=key {serial}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(Fixture.Now.AddDays(-30), Fixture.Now.AddDays(-1)); // expired
    }

    private static X509Certificate2 Keep(int number)
    {
        using RSA rsa = RSA.Create(ThrowAwayKeys.Get(number));
        using X509Certificate2 made = CertificateOf(rsa, 1);
        X509Certificate2 kept = X509CertificateLoader.LoadPkcs12(
            made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.PersistKeySet | X509KeyStorageFlags.UserKeySet);
        using var mine = new X509Store(StoreName.My, StoreLocation.CurrentUser);
        mine.Open(OpenFlags.ReadWrite);
        mine.Add(kept);
        return kept;
    }

    private static string PemOf(RSAParameters numbers, string? password = null)
    {
        using RSA rsa = RSA.Create(numbers);
        return password is null ? rsa.ExportPkcs8PrivateKeyPem() : rsa.ExportEncryptedPkcs8PrivateKeyPem(password, _encryption);
    }

    private static string ThumbprintOf(int number) => new PrivateKey(KeyUse.Signature, ThrowAwayKeys.Get(number)).KeyId;
}
