using System.Security.Cryptography;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

/// <summary>Both sides with private keys that are not in this process, and answer later.</summary>
public sealed class DistantKeysTests : IDisposable
{
    private readonly DistantModule _module = new();

    public void Dispose() => _module.Dispose();

    private readonly ApplicationKeys _wiki;
    private readonly ApplicationKeys _tracker;

    public DistantKeysTests() => (_wiki, _tracker) = (_module.Keep(Fixture.Wiki), _module.Keep(Fixture.Tracker));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_certificate_waits_for_its_signatures()
    {
        ValueTask<ApplicationCertificate> signing = _wiki.ToCertificateAsync(cancellationToken: Cancellation);
        await _module.ArrivalAsync();
        Assert.False(signing.IsCompleted);
        _module.LetPass();
        Assert.True(ApplicationCertificate.TryRead((await signing).ToBytes(), DateTimeOffset.UtcNow, out _, out string? problem), problem);
    }

    [Fact]
    public async Task An_assertion_waits_for_its_first_grant_and_then_for_nothing()
    {
        var issuer = new AssertionIssuer(_wiki, Fixture.Tracker.ToCertificate(), Fixture.Base);
        ValueTask<AssertionHeaders> issuing = issuer.IssueAsync("fred", Fixture.Url, cancellationToken: Cancellation);
        await _module.ArrivalAsync();
        Assert.False(issuing.IsCompleted);
        _module.LetPass();
        Assert.NotNull((await issuing).Cert);
        Assert.True(issuer.IssueAsync("fred", Fixture.Url, cancellationToken: Cancellation).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_provider_opens_a_grant_with_a_key_elsewhere()
    {
        _module.Open();
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4)) { Options = new() { BaseUrls = [Fixture.Base], Keys = _tracker } };
        var issuer = new AssertionIssuer(_wiki, await _tracker.ToCertificateAsync(cancellationToken: Cancellation), Fixture.Base, provider.Clock);
        AssertionHeaders headers = await issuer.IssueAsync("fred", Fixture.Url, cancellationToken: Cancellation);
        Assert.Equal("OK fred", await provider.Answer(Request.Carrying(headers)));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("warwick")]
    public async Task Signed_versions_wait_for_the_legacy_key(string version)
    {
        var issuer = new AssertionIssuer(_wiki, LegacyProtocols.Find(ProtocolVersion.Parse(version)), postDate: false, time: new Provider().Clock);
        ValueTask<AssertionHeaders> issuing = issuer.IssueAsync("fred", Fixture.Url, cancellationToken: Cancellation);
        await _module.ArrivalAsync();
        Assert.False(issuing.IsCompleted);
        _module.LetPass();
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Parse(version)));
        Assert.Equal("OK fred", await provider.Answer(Request.Carrying(await issuing)));
    }

    [Fact]
    public async Task A_key_that_cannot_be_reached_is_an_exception_of_the_issuer_and_unavailable_at_the_verifier()
    {
        _module.Failure = new IOException("The module is away.");
        _module.Open();
        var issuer = new AssertionIssuer(_wiki, Fixture.Tracker.ToCertificate(), Fixture.Base);
        await Assert.ThrowsAsync<IOException>(async () => await issuer.IssueAsync("fred", Fixture.Url, cancellationToken: Cancellation));

        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4)) { Options = new() { BaseUrls = [Fixture.Base], Keys = _tracker } };
        Request request = Request.Of(ProtocolVersion.Version4);
        Assert.Equal("UNAVAILABLE", await provider.Answer(request));

        _module.Failure = null;
        Assert.NotNull((await issuer.IssueAsync("fred", Fixture.Url, cancellationToken: Cancellation)).Cert);
        Assert.Equal("OK fred", await provider.Answer(request));
    }

    [Fact]
    public void It_is_not_exported()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.Contains("cannot be exported", Assert.Throws<InvalidOperationException>(() => _wiki.Save(path)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        Assert.Throws<InvalidOperationException>(() => _wiki.ExportLegacyKey());
    }

    [Fact]
    public void Keys_in_memory_complete_synchronously()
    {
        PrivateKey signing = SpareKeys.Signing(1), encrypting = SpareKeys.Encrypting(1);
        Assert.True(signing.SignHashAsync(new byte[32], HashAlgorithmName.SHA256, RSASignaturePadding.Pss, Cancellation).AsTask().IsCompletedSuccessfully);
        Assert.True(encrypting.UnwrapAsync(new byte[256], Cancellation).AsTask().IsCompletedSuccessfully);
        Assert.True(Fixture.Wiki.ToCertificateAsync(cancellationToken: Cancellation).AsTask().IsCompletedSuccessfully);
        var issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base);
        Assert.True(issuer.IssueAsync("fred", Fixture.Url, cancellationToken: Cancellation).AsTask().IsCompletedSuccessfully);
    }
}
