using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Tests.Startup;

public sealed class TrustConfigurationTests
{
    private const string Refused = "Applications:0: the certificate of the application cannot be trusted, so its requests are refused. ";

    [Theory]
    [InlineData("")]
    [InlineData("/admin/appTrustCertificate")]
    public async Task A_certificate_with_the_expected_fingerprint_is_fetched_and_trusted(string path)
    {
        await using KestrelServer wiki = await StartConsumerAsync();
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Applications.Add(Fetched(wiki.Origin + path)));
        await server.Logs.FirstAsync("TrustReady");

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
        await server.Logs.FirstAsync("TrustReady");

        Assert.Equal("OK", (await server.GetTrustedAsync("/closed")).Code);
    }

    [Fact]
    public async Task With_another_fingerprint_the_application_is_refused()
    {
        await using KestrelServer wiki = await StartConsumerAsync();

        string problem = await RefusedAsync(Fetched(wiki.Origin), trust => trust.Fingerprint = TestKeys.Blog.PublicKey.Fingerprint);

        Assert.Equal(
            $"Applications:0: the certificate of the application cannot be trusted, so its requests are refused. The certificate at {wiki.Origin} has the fingerprint {TestKeys.Wiki.PublicKey.Fingerprint}, not the one in Fingerprint. Ask the other administrator which is right before you change the setting.",
            problem);
    }

    [Fact]
    public async Task A_certificate_for_another_id_is_refused()
    {
        await using KestrelServer wiki = await StartConsumerAsync();

        string problem = await RefusedAsync(Fetched(wiki.Origin), trust => trust.Id = "blog");

        Assert.Equal($"{Refused}The certificate at {wiki.Origin} is for another application than 'blog'.", problem);
    }

    [Fact]
    public async Task A_certificate_for_an_id_that_is_there_already_is_refused()
    {
        await using KestrelServer wiki = await StartConsumerAsync();

        string problem = await RefusedAsync(TestProvider.Trust(TestKeys.Wiki), _ => { }, Fetched(wiki.Origin));

        Assert.Equal("Applications:1: the certificate of the application cannot be trusted, so its requests are refused. the application 'wiki' is there already. Configure one trust for each application; if another application states this id, set Id in both trusts.", problem);
    }

    [Fact]
    public async Task A_certificate_with_a_weak_key_is_refused()
    {
        await using KestrelServer weak = await StartConsumerAsync(TestKeys.Weak);

        string problem = await RefusedAsync(Fetched(weak.Origin), trust => trust.Fingerprint = TestKeys.Weak.PublicKey.Fingerprint);

        Assert.StartsWith(Refused + "The key has 1024 bits; a trust needs 2048.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_not_there_is_refused_and_the_setting_is_named()
    {
        await using KestrelServer wiki = await StartConsumerAsync();

        string problem = await RefusedAsync(Fetched(wiki.Origin + "/nothing-here"), _ => { });

        Assert.Equal($"{Refused}{wiki.Origin}/nothing-here/admin/appTrustCertificate answers 404, not 200. If an application runs there, does it call MapTrustedAppCertificate()?", problem);
    }

    private static TrustedApplicationOptions Fetched(string url) => new()
    {
        CertificateUrl = url,
        Versions = { "3" },
        Fingerprint = TestKeys.Wiki.PublicKey.Fingerprint,
        Addresses = { "*" },
        Urls = { "*" },
    };

    private static async Task<string> RefusedAsync(
        TrustedApplicationOptions trust, Action<TrustedApplicationOptions> configure, params TrustedApplicationOptions[] others)
    {
        configure(trust);
        await using KestrelServer server = await TestProvider.StartAsync(options =>
        {
            foreach (TrustedApplicationOptions application in (TrustedApplicationOptions[])[trust, .. others]) options.Applications.Add(application);
        });
        LogLine refused = await server.Logs.FirstAsync("TrustRefused");
        Assert.Equal((47, LogLevel.Error), (refused.Event.Id, refused.Level));
        return refused.Message;
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
