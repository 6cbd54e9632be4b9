using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Tests.Startup;

public sealed class SchemeRegistrationTests
{
    [Fact]
    public void A_scheme_that_is_added_twice_is_reported_where_that_is_done()
    {
        var services = new ServiceCollection();
        services.AddAuthentication().AddTrustedApps(_ => { }).AddTrustedApps("Other", _ => { });

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => services.AddAuthentication().AddTrustedApps(_ => { }));

        Assert.Equal(
            "The trusted-application scheme 'TrustedApps' was added already. Call AddTrustedApps once for each scheme; to set more of its options, use services.Configure<TrustedAppsOptions>(\"TrustedApps\", ...).",
            refused.Message);
    }

    [Fact]
    public async Task Without_AddTrustedApps_the_middleware_and_the_endpoint_name_what_is_missing()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        await using WebApplication app = builder.Build();
        const string Missing = " needs the trusted-application scheme 'TrustedApps', which was not added: call services.AddAuthentication().AddTrustedApps(...).";

        Assert.Equal("UseTrustedApps" + Missing, Assert.Throws<InvalidOperationException>(() => app.UseTrustedApps()).Message);
        Assert.Equal("MapTrustedAppCertificate" + Missing, Assert.Throws<InvalidOperationException>(() => app.MapTrustedAppCertificate()).Message);
    }

    [Fact]
    public async Task A_scheme_of_another_name_is_named()
    {
        InvalidOperationException stopped = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestProvider.StartAsync(map: app => app.UseTrustedApps("Trusted")));

        Assert.Equal("UseTrustedApps needs the trusted-application scheme 'Trusted', which was not added: name one that was added ('TrustedApps'), or add it with AddTrustedApps.", stopped.Message);
    }

    [Fact]
    public async Task Authorization_before_authentication_is_explained()
    {
        await using KestrelServer server = await TestProvider.StartAsync(map: app =>
        {
            app.UseRouting();
            app.UseAuthorization();
            app.UseAuthentication();
        });

        Answer answer = await server.GetTrustedAsync("/closed");

        Assert.Equal((401, "OK"), (answer.Status, answer.Code));
        LogLine line = Assert.Single(server.Logs.Ours);
        Assert.Equal((LogLevel.Warning, "ChallengedAfterAcceptance"), (line.Level, line.Event.Name));
        Assert.Contains("Call UseAuthentication before UseAuthorization", line.Message, StringComparison.Ordinal);
    }
}
