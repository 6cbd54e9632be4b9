using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;

namespace TrustedApps.Admin.Tests;

/// <summary>Who may see and do what, over plain HTTP: every page and every handler of it.</summary>
public class AccessTests
{
    [Fact]
    public async Task Every_endpoint_below_the_path_asks_for_the_policy()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        RouteEndpoint[] endpoints = EndpointsOf(host);
        Assert.True(endpoints.Length >= 14, $"{endpoints.Length} endpoints");
        Assert.All(endpoints, endpoint => Assert.Contains(endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>(), asked => asked.Policy == "admins"));
        Assert.All(endpoints, endpoint => Assert.Null(endpoint.Metadata.GetMetadata<IAllowAnonymous>()));
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("bob:user", 403)]
    [InlineData(":admin", 403)]
    public async Task Others_see_nothing_and_do_nothing(string? user, int status)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient client = host.Client(user);
        foreach ((string path, Type? model) in PagesOf(host))
        {
            if (model is null && user == ":admin") continue; // the stylesheet writes nothing into the audit trail
            Assert.Equal((path, status), (path, (await client.GetAsync(path)).Status));
            foreach (string handler in HandlersOf(model)) Assert.Equal((path + handler, status), (path + handler, (await client.PostAsync($"{path}?handler={handler}", [("id", "wiki")], hasToken: false)).Status));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/api/trusts")]
    public async Task A_trusted_application_is_no_administrator_in_whoever_s_name_it_asks(string path)
    {
        await using AdminHost host = await AdminHost.StartAsync(
            services: services => services.AddAuthorizationBuilder().AddPolicy("everybody", policy => policy.AddAuthenticationSchemes(TrustedAppsDefaults.AuthenticationScheme).RequireAuthenticatedUser()),
            configure: options => options.Policy = "everybody");
        await host.Store.Trusts.AddAsync(
            new TrustedApplication(CertificateRecord.Establish(TestKeys.Wiki.ToCertificate(), null, TimeProvider.System.GetUtcNow()), new TrustConditions { Addresses = ["*"], Urls = ["*"] }), "setup", TestContext.Current.CancellationToken);
        var wiki = new AssertionIssuer(TestKeys.Wiki, TestKeys.Tracker.ToCertificate(), BaseUrl.Parse(host.Origin));
        using var request = new HttpRequestMessage(HttpMethod.Get, host.Pages + path);
        foreach ((string name, string value) in wiki.Issue("ann", host.Pages + path, "GET", default).Enumerate()) request.Headers.TryAddWithoutValidation(name, value);
        using AdminClient client = host.Client(user: null);

        Answer answer = await client.SendAsync(request);

        Assert.Equal(403, answer.Status);
        Assert.Contains("on behalf of its user", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_its_token_changes_nothing()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        using AdminClient client = host.Client();
        int tried = 0;
        foreach ((string path, Type? model) in PagesOf(host))
        {
            foreach (string handler in HandlersOf(model))
            {
                Answer answer = await client.PostAsync($"{path}?handler={handler}", [("id", "wiki"), ("typed", "wiki"), ("version", "1")], hasToken: false);
                Assert.Equal((path + handler, 400), (path + handler, answer.Status));
                tried++;
            }
        }

        Assert.True(tried >= 20, $"{tried} handlers");
        Assert.Single(await host.Store.Reports.ListAuditAsync(null, null, 10, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_page_has_the_headers_and_nothing_inline()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        using AdminClient client = host.Client();
        foreach ((string path, Type? model) in PagesOf(host).Where(page => page.Model is not null))
        {
            foreach (string query in (string[])["?id=wiki", "?id=nobody"])
            {
                Answer answer = await client.GetAsync(path + query);
                Assert.Equal((path, "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"), (path, answer["Content-Security-Policy"]));
                Assert.Equal((path, "nosniff", "no-referrer", "no-store"), (path, answer["X-Content-Type-Options"], answer["Referrer-Policy"], answer["Cache-Control"]));
                Assert.DoesNotContain("<script", answer.Body, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("style=", answer.Body, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Fact]
    public async Task A_host_that_lets_everybody_in_does_not_let_them_in_here()
    {
        await using AdminHost host = await AdminHost.StartAsync(services: services => services.Configure<RazorPagesOptions>(pages => pages.Conventions.AllowAnonymousToAreaFolder("TrustedAppsAdmin", "/")));
        using AdminClient client = host.Client(user: null);
        foreach ((string path, _) in PagesOf(host).Where(page => page.Model is not null)) Assert.Equal((path, 401), (path, (await client.GetAsync(path)).Status));
    }

    [Fact]
    public async Task Pages_are_nowhere_else_whatever_Razor_pages_the_host_maps()
    {
        await using AdminHost host = await AdminHost.StartAsync(options => (options.Policy, options.Path) = ("admins", "/inner/trust"), map: app => app.MapRazorPages());
        using AdminClient client = host.Client();
        Assert.Equal(200, (await SendAsync(host, client, "/inner/trust")).Status);
        Assert.Equal(200, (await SendAsync(host, client, "/inner/trust/audit")).Status);
        foreach (string path in (string[])["/", "/Index", "/Audit", "/TrustedAppsAdmin", "/TrustedAppsAdmin/Index", "/TrustedAppsAdmin/Audit", "/trusted-apps"]) Assert.Equal((path, 404), (path, (await SendAsync(host, client, path)).Status));

        await using AdminHost without = await AdminHost.StartAsync(mapsAdmin: false, map: app => app.MapRazorPages());
        using AdminClient other = without.Client();
        foreach (string path in (string[])["/trusted-apps", "/trusted-apps/audit", "/TrustedAppsAdmin/Index"]) Assert.Equal((path, 404), (path, (await SendAsync(without, other, path)).Status));
    }

    [Theory]
    [InlineData(null, "/trusted-apps", "TrustedApps", "Policy is missing")]
    [InlineData("nobody", "/trusted-apps", "TrustedApps", "no authorization policy 'nobody'")]
    [InlineData("admins", "trusted-apps/", "TrustedApps", "Path is 'trusted-apps/'")]
    [InlineData("admins", "/a/{b}", "TrustedApps", "Path is '/a/{b}'")]
    [InlineData("admins", "/trusted-apps", "Other", "AuthenticationScheme is 'Other'")]
    public async Task A_bad_setting_stops_the_start(string? policy, string path, string scheme, string message)
    {
        OptionsValidationException problem = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            AdminHost.StartAsync(options => (options.Policy, options.Path, options.AuthenticationScheme) = (policy, path, scheme)));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_host_lacks_stops_the_start()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddRouting();
        await using (WebApplication app = builder.Build()) Assert.Contains("AddTrustedAppsAdmin", Assert.Throws<InvalidOperationException>(app.MapTrustedAppsAdmin).Message, StringComparison.Ordinal);

        builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddTrustedAppsAdmin(options => options.Policy = "admins");
        builder.Services.AddAuthorization(options => options.AddPolicy("admins", policy => policy.RequireRole("admin")));
        await using (WebApplication app = builder.Build())
        {
            Assert.Contains("AddTrustedAppsStore", Assert.Throws<OptionsValidationException>(app.MapTrustedAppsAdmin).Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => app.MapGroup("/x").MapTrustedAppsAdmin());
        }
    }

    [Fact]
    public async Task A_host_that_never_serves_the_pages_does_not_start_with_a_bad_setting_either()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddTrustedAppsAdmin(options => options.Path = "x");
        using IHost host = builder.Build();
        OptionsValidationException problem = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Policy is missing", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Path is 'x'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_come_from_configuration_too()
    {
        TrustedAppsAdminOptions options = OptionsOf(("Policy", "admins"), ("Path", "/trust"), ("AuthenticationScheme", "Other"));
        Assert.Equal(("admins", "/trust", "Other"), (options.Policy, options.Path, options.AuthenticationScheme));
    }

    [Theory]
    [InlineData("Polcy", "admins", "admin:Polcy is not a setting. Did you mean Policy?")]
    [InlineData("Policy:0", "admins", "admin:Policy must be a single value.")]
    public void A_misspelt_setting_stops_the_start(string key, string value, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => OptionsOf((key, value))).Message);

    [Fact]
    public async Task Other_methods_and_unknown_handlers_do_nothing()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient client = host.Client();
        Assert.Equal(404, (await client.PostAsync("/add?handler=Nothing", [])).Status);
        using var delete = new HttpRequestMessage(HttpMethod.Delete, host.Pages);
        Assert.Equal(405, (await client.SendAsync(delete)).Status);
        using var huge = new HttpRequestMessage(HttpMethod.Post, host.Pages + "/add?handler=Find") { Content = new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x") } } };
        Assert.Equal(400, (await client.SendAsync(huge)).Status);
    }

    [Fact]
    public async Task The_management_API_is_below_the_path()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient admin = host.Client();
        using AdminClient stranger = host.Client(user: null);
        Assert.Contains(EndpointsOf(host), endpoint => endpoint.RoutePattern.RawText!.Contains("/api/", StringComparison.Ordinal));
        Assert.Equal(200, (await admin.GetAsync("/api/trusts")).Status);
        Assert.Equal(401, (await stranger.GetAsync("/api/trusts")).Status);
    }

    [Fact]
    public async Task The_stylesheet_comes_from_the_assembly()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient client = host.Client();
        Answer answer = await client.GetAsync("/style.css");
        Assert.Equal((200, "text/css; charset=utf-8", "nosniff"), (answer.Status, answer["Content-Type"], answer["X-Content-Type-Options"]));
        using var again = new HttpRequestMessage(HttpMethod.Get, host.Pages + "/style.css").With("If-None-Match", answer["ETag"]!);
        Assert.Equal(304, (await client.SendAsync(again)).Status);
    }

    // As the binding leaves them: what the host lacks is the matter of other tests.
    private static TrustedAppsAdminOptions OptionsOf(params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddTrustedAppsAdmin(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"admin:{setting.Key}", (string?)setting.Value))).Build().GetSection("admin"));
        services.RemoveAll<IValidateOptions<TrustedAppsAdminOptions>>();
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<TrustedAppsAdminOptions>>().Value;
    }

    private static async Task<Answer> SendAsync(AdminHost host, AdminClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, host.Origin + path);
        return await client.SendAsync(request);
    }

    private static RouteEndpoint[] EndpointsOf(AdminHost host) =>
    [
        .. host.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("trusted-apps", StringComparison.Ordinal) && endpoint.Metadata.GetMetadata<ISuppressMatchingMetadata>() is null),
    ];

    // Below the path: the pages with their models, and the stylesheet without. The management API has tests of its own.
    private static IEnumerable<(string Path, Type? Model)> PagesOf(AdminHost host) => EndpointsOf(host).Where(endpoint => !endpoint.RoutePattern.RawText!.Contains("/api", StringComparison.Ordinal)).Select(endpoint => (
        "/" + endpoint.RoutePattern.RawText!.TrimStart('/')["trusted-apps".Length..].TrimStart('/'),
        endpoint.Metadata.GetMetadata<PageActionDescriptor>() is { } page
            ? typeof(TrustedAppsAdminOptions).Assembly.GetType($"TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages.{page.ViewEnginePath.TrimStart('/')}Model", throwOnError: true)
            : null));

    private static IEnumerable<string> HandlersOf(Type? model) => (model?.GetMethods() ?? [])
        .Select(method => method.Name)
        .Where(name => name.StartsWith("OnPost", StringComparison.Ordinal))
        .Select(name => name["OnPost".Length..].Replace("Async", "", StringComparison.Ordinal));
}
