using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Tests.Requests;

public sealed class TrustedResponseHeadersStartupFilterTests
{
    [Fact]
    public async Task Nothing_of_a_trusted_request_is_stored()
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Assert.Equal("no-store, private", (await server.GetTrustedAsync("/open"))["Cache-Control"]);
        Assert.Equal("no-store, private", (await server.Request("/open", keys: TestKeys.Blog).SendAsync())["Cache-Control"]);
        Assert.Equal("no-store, private", (await server.Request("/closed", keys: TestKeys.Blog).SendAsync())["Cache-Control"]);
        Assert.Null((await server.GetAsync("/open"))["Cache-Control"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Response_caching_gives_no_user_the_answer_of_another(bool beforeAuthentication)
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            services: services => services.AddResponseCaching(),
            map: app =>
            {
                if (beforeAuthentication) app.UseResponseCaching();
                app.UseAuthentication();
                app.UseAuthorization();
                if (!beforeAuthentication) app.UseResponseCaching();
                app.Map("/public", (HttpContext context) =>
                {
                    context.Response.Headers.CacheControl = "public, max-age=60";
                    context.Response.Headers["CDN-Cache-Control"] = "max-age=60";
                    return TestProvider.Who(context);
                });
            });

        Answer fred = await server.Request("/public", "fred").SendAsync();
        Answer barney = await server.Request("/public", "barney").SendAsync();
        Answer nobody = await server.GetAsync("/public");

        Assert.Equal(("fred", "barney", "anonymous"), (fred.Body, barney.Body, nobody.Body));
        Assert.Equal((null, "max-age=60"), (fred["CDN-Cache-Control"], nobody["CDN-Cache-Control"]));
    }

    [Theory]
    [InlineData("public, max-age=3600")]
    [InlineData("private")]
    [InlineData("private, max-age=60")]
    [InlineData("no-store")]
    [InlineData("no-cache")]
    [InlineData("no-store-private")]
    [InlineData("\"no-store, private\"")]
    [InlineData("max-age=no-store, private")]
    [InlineData("not a directive, at ; all")]
    public async Task What_the_application_says_is_replaced_where_it_is_weaker(string cacheControl)
    {
        await using KestrelServer server = await TestProvider.StartAsync(map: app => app.Map("/cache", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = cacheControl;
        }));

        Assert.Equal("no-store, private", (await server.GetTrustedAsync("/cache"))["Cache-Control"]);
        Assert.Equal(cacheControl, (await server.GetAsync("/cache"))["Cache-Control"]);
    }

    [Theory]
    [InlineData("no-store, private, max-age=0")]
    [InlineData("private, no-cache, no-store, must-revalidate")]
    [InlineData("Private, No-Store")]
    public async Task What_the_application_says_is_kept_where_it_is_stricter(string cacheControl)
    {
        await using KestrelServer server = await TestProvider.StartAsync(map: app => app.Map("/cache", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = cacheControl;
        }));

        Assert.Equal(cacheControl, (await server.GetTrustedAsync("/cache"))["Cache-Control"]);
    }

    [Fact]
    public async Task Middleware_in_front_of_authentication_cannot_make_a_trusted_response_storable()
    {
        await using KestrelServer server = await TestProvider.StartAsync(map: app =>
        {
            app.Use((context, next) =>
            {
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers.CacheControl = "public, max-age=3600";
                    return Task.CompletedTask;
                });
                return next(context);
            });
            app.UseAuthentication();
            app.UseAuthorization();
        });

        Assert.Equal("no-store, private", (await server.GetTrustedAsync("/open"))["Cache-Control"]);
        Assert.Equal("public, max-age=3600", (await server.GetAsync("/open"))["Cache-Control"]);
    }

    [Fact]
    public async Task The_application_cannot_forge_the_outcome_of_a_trusted_request()
    {
        await using KestrelServer server = await TestProvider.StartAsync(map: app => app.Map("/forge", (HttpContext context) =>
        {
            context.Response.Headers["X-Seraph-Trusted-App-Status"] = "OK";
        }));

        Answer refused = await server.Request("/forge", keys: TestKeys.Blog).SendAsync();

        Assert.Equal("APP_UNKNOWN", refused.Code);
    }
}
