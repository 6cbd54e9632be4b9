using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Tests.Startup;

public sealed class TrustConfigurationTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/admin/appTrustCertificate")]
    public async Task A_certificate_with_the_expected_fingerprint_is_fetched_and_trusted(string path)
    {
        await using KestrelServer wiki = await StartConsumerAsync();
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Applications.Add(Fetched(wiki.Origin + path)));

        Answer answer = await server.GetTrustedAsync("/closed");

        Assert.Equal((200, "fred"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task The_fingerprint_may_be_written_in_one_piece_and_the_id_beside_it()
    {
        await using KestrelServer wiki = await StartConsumerAsync();
        await using KestrelServer server = await TestProvider.StartAsync(options =>
        {
            TrustedApplicationOptions trust = Fetched(wiki.Origin);
            (trust.Id, trust.Fingerprint) = ("wiki", TestKeys.Wiki.PublicKey.Thumbprint);
            options.Applications.Add(trust);
        });

        Assert.Equal("OK", (await server.GetTrustedAsync("/closed")).Code);
    }

    [Fact]
    public async Task Another_fingerprint_stops_the_start()
    {
        await using KestrelServer wiki = await StartConsumerAsync();

        string problem = await StartRefusedAsync(Fetched(wiki.Origin), trust => trust.Fingerprint = TestKeys.Blog.PublicKey.Fingerprint);

        Assert.Equal(
            $"Applications:0: the certificate at {wiki.Origin} has the fingerprint {TestKeys.Wiki.PublicKey.Fingerprint}, not the one in Fingerprint. Ask the other administrator which is right before changing it.",
            problem);
    }

    [Fact]
    public async Task A_certificate_for_another_id_stops_the_start()
    {
        await using KestrelServer wiki = await StartConsumerAsync();

        string problem = await StartRefusedAsync(Fetched(wiki.Origin), trust => trust.Id = "blog");

        Assert.Equal($"Applications:0: the certificate at {wiki.Origin} is for another application than 'blog'.", problem);
    }

    [Fact]
    public async Task A_certificate_for_an_id_that_is_there_already_stops_the_start()
    {
        await using KestrelServer wiki = await StartConsumerAsync();

        string problem = await StartRefusedAsync(TestProvider.Trust(TestKeys.Wiki), _ => { }, Fetched(wiki.Origin));

        Assert.Equal("Applications:1: the application 'wiki' is there already. Configure one trust for each application.", problem);
    }

    [Fact]
    public async Task A_certificate_with_a_weak_key_stops_the_start()
    {
        await using KestrelServer weak = await StartConsumerAsync(TestKeys.Weak);

        string problem = await StartRefusedAsync(Fetched(weak.Origin), trust => trust.Fingerprint = TestKeys.Weak.PublicKey.Fingerprint);

        Assert.StartsWith("Applications:0: The key has 1024 bits; a trust needs 2048.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_fetched_stops_the_start_and_names_the_setting()
    {
        await using KestrelServer wiki = await StartConsumerAsync();

        string problem = await StartRefusedAsync(Fetched(wiki.Origin + "/nothing-here"), _ => { });

        Assert.Equal($"Applications:0: CertificateUrl: {wiki.Origin}/nothing-here/admin/appTrustCertificate answers 404, not 200.", problem);
    }

    private static TrustedApplicationOptions Fetched(string url) => new()
    {
        CertificateUrl = url,
        Versions = { "3" },
        Fingerprint = TestKeys.Wiki.PublicKey.Fingerprint,
        Addresses = { "*" },
        Urls = { "*" },
    };

    private static async Task<string> StartRefusedAsync(
        TrustedApplicationOptions trust, Action<TrustedApplicationOptions> configure, params TrustedApplicationOptions[] others)
    {
        configure(trust);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => TestProvider.StartAsync(options =>
        {
            foreach (TrustedApplicationOptions application in (TrustedApplicationOptions[])[trust, .. others]) options.Applications.Add(application);
        }));
        return failure.Message;
    }

    private static async Task<KestrelServer> StartConsumerAsync(ApplicationKeys? keys = null)
    {
        using var file = new TestKeyFile(keys ?? TestKeys.Wiki);
        return await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddAuthorization();
                builder.Services.AddAuthentication().AddTrustedApps(options =>
                {
                    options.Keys = file.Path;
                    options.BaseUrls.Add(origin);
                });
            },
            app => app.MapTrustedAppCertificate());
    }
}
