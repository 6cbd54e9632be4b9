using System.Net;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.SignIn.Credentials;
using TrustedApps.AspNetCore.SignIn.TokenMirror;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.Docs.Tests;

public sealed class CompanionsTests
{
    private static readonly string _text = Repository.Read("docs/companions.md");

    [Fact]
    public void Every_snippet_is_compiled_line_for_line()
    {
        string compiled = Squeeze(Repository.Read("tests/TrustedApps.Docs.Tests/CompanionSnippets.cs"));
        string[] snippets = [.. CodeBlock.Read("docs/companions.md", "csharp").Select(block => block.Code)];

        Assert.Equal(5, snippets.Length);
        Assert.All(snippets, snippet => Assert.Contains(Squeeze(snippet), compiled, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(typeof(FormLoginOptions))]
    [InlineData(typeof(BasicOptions))]
    [InlineData(typeof(LoginGuardOptions))]
    [InlineData(typeof(TrustedProxyOptions))]
    [InlineData(typeof(TokenMirrorOptions))]
    [InlineData(typeof(TokenMirrorEntry))]
    public void Every_setting_is_named(Type options) => Assert.All(
        options.GetProperties(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Public),
        property => Assert.Contains($"`{property.Name}`", _text, StringComparison.Ordinal));

    [Fact]
    public void Every_refusal_code_is_in_the_operations_guide()
    {
        string guide = Repository.Read("docs/operations.md");
        string[] codes = [.. typeof(RejectionCodes).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => (string)field.GetRawConstantValue()!)];

        Assert.NotEmpty(codes);
        Assert.All(codes, code => Assert.Matches($@"\b{Regex.Escape(code)}\b", guide));
    }

    [Fact]
    public async Task The_snippets_start_together_and_do_what_they_say()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Authentication:Schemes:TrustedApps:BaseUrls:0"] = "https://tracker.example";
        CompanionSnippets.Passwords.OfFred = new PasswordHasher<string>().HashPassword("fred", "yabba dabba doo");
        CompanionSnippets.AddChain(builder);
        CompanionSnippets.AddProxy(builder);
        CompanionSnippets.AddMirror(builder);
        builder.Services.AddAuthorization();

        await using WebApplication app = builder.Build();
        CompanionSnippets.UseMirror(app);
        CompanionSnippets.MapLogin(app);
        app.MapGet("/rest/api/issues", (HttpContext context) => context.User.Identity!.Name).RequireAuthorization();
        await app.StartAsync(TestContext.Current.CancellationToken);

        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) };
        using var form = new FormUrlEncodedContent([new("os_username", "fred"), new("os_password", "yabba dabba doo")]);
        using HttpResponseMessage login = await client.PostAsync("/login", form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, login.StatusCode);
        Assert.Equal("fred", await client.GetStringAsync("/rest/api/issues", TestContext.Current.CancellationToken)); // by the session
        using HttpResponseMessage mirrored = await client.GetAsync("/rest/token-auth/api/issues", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, mirrored.StatusCode); // a session opens no mirror

        using var basic = new HttpRequestMessage(HttpMethod.Get, new Uri("/rest/api/issues", UriKind.Relative));
        basic.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("fred:wrong")));
        using var stranger = new HttpClient { BaseAddress = client.BaseAddress };
        using HttpResponseMessage refused = await stranger.SendAsync(basic, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Unauthorized, "Basic"), (refused.StatusCode, refused.Headers.WwwAuthenticate.Single().Scheme)); // no login page
    }

    private static string Squeeze(string code) => string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
