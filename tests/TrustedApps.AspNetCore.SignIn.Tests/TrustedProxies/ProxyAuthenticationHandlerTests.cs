using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.AspNetCore.SignIn.Tests.TrustedProxies;

public sealed class ProxyAuthenticationHandlerTests
{
    [Theory]
    [InlineData]
    [InlineData("X-User:")]
    [InlineData("X-User: (null)")] // what Apache sends for a variable that is not set
    [InlineData("X-Mail: fred@example")]
    public async Task Without_a_name_there_is_nobody(params string[] lines)
    {
        await using KestrelServer server = await ProxyServer.StartAsync(WithAttributes);

        Assert.Equal((200, "anonymous"), Summary(await server.SendAsync("/open", lines)));
        Assert.Equal(401, (await server.SendAsync("/closed", lines)).Status);
        Assert.Empty(server.Refusals());
    }

    [Theory]
    [InlineData("nobody", "USER_UNKNOWN. 'nobody' is known to the trusted proxy and unknown here. Add the user, or register an IUserProvisioner")]
    [InlineData("dan", "PERMISSION_DENIED. 'dan' may not log in")]
    [InlineData("FRED", "USER_UNKNOWN. 'FRED' is known to the trusted proxy and unknown here. Add the user, or register an IUserProvisioner")]
    public async Task A_user_of_the_proxy_who_is_unknown_here_gets_403(string name, string line)
    {
        await using KestrelServer server = await ProxyServer.StartAsync(services: services => services.AddProblemDetails());

        Answer closed = await server.SendAsync("/closed", $"X-User: {name}");
        Answer open = await server.SendAsync("/open", $"X-User: {name}");

        Assert.Equal(403, closed.Status);
        Assert.Contains("You are logged in, and have no account here.", closed.Body, StringComparison.Ordinal);
        Assert.Equal((200, "anonymous"), Summary(open));
        Assert.Equal([$"Refused GET /closed from 127.0.0.1 by 'Proxy': {line}", $"Refused GET /open from 127.0.0.1 by 'Proxy': {line}"], server.Refusals());
    }

    [Fact]
    public async Task Who_may_not_do_something_gets_403_and_who_is_nobody_401()
    {
        await using KestrelServer server = await ProxyServer.StartAsync(
            map: app => app.MapGet("/anns", TestProvider.Who).RequireAuthorization(policy => policy.RequireUserName("ann")), services: services => services.AddProblemDetails());

        Answer fred = await server.SendAsync("/anns", "X-User: fred");
        Answer nobody = await server.SendAsync("/anns");

        Assert.Equal((200, "ann"), Summary(await server.SendAsync("/anns", "X-User: ann")));
        Assert.Equal(403, fred.Status);
        Assert.Contains("The user may not do this.", fred.Body, StringComparison.Ordinal);
        Assert.Equal(401, nobody.Status);
        Assert.Contains("The request is not authenticated.", nobody.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fred@example.com", "fred")]
    [InlineData("EXAMPLE\\fred", "fred")]
    [InlineData("EXAMPLE\\fred@example.com", "fred")]
    [InlineData("fred", "fred")]
    [InlineData("ann@other.org", "anonymous")]
    public async Task Names_are_rewritten_before_they_are_looked_up(string name, string user)
    {
        await using KestrelServer server = await ProxyServer.StartAsync(options =>
        {
            options.Rewrites.Add(new UserNameTransform { Prefix = "EXAMPLE\\" });
            options.Rewrites.Add(new UserNameTransform { Pattern = @"^(.+)@example\.com$" });
        });

        Assert.Equal(user, (await server.SendAsync("/open", $"X-User: {name}")).Body);
    }

    [Fact]
    public async Task A_name_that_a_pattern_takes_too_long_for_is_refused()
    {
        await using KestrelServer server = await ProxyServer.StartAsync(options => options.Rewrites.Add(new UserNameTransform { Pattern = "^(a+)+$" }), users: UserResolvers.Everyone);
        string name = new('a', 300);

        Answer answer = await server.SendAsync("/closed", $"X-User: {name}!");

        Assert.Equal(401, answer.Status);
        Assert.Equal(
            $"Refused GET /closed from 127.0.0.1 by 'Proxy': SYSTEM. '{name[..200]}…' is not a valid user name, or the transforms make none of it in 100 ms", Assert.Single(server.Refusals()));
        Assert.Equal(name, (await server.SendAsync("/closed", $"X-User: {name}")).Body);
    }

    [Theory]
    [InlineData("fred\tann")]
    [InlineData("fred\u0085ann")]
    public async Task What_is_no_user_name_is_refused_and_cannot_break_the_line(string name)
    {
        await using KestrelServer server = await ProxyServer.StartAsync(users: UserResolvers.Everyone);

        Assert.Equal(401, (await server.SendAsync("/closed", $"X-User: {name}")).Status);
        Assert.EndsWith("SYSTEM. 'fred?ann' is not a valid user name, or the transforms make none of it in 100 ms", Assert.Single(server.Refusals()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ghost\u202Etxet", "ghost?txet")]
    [InlineData("ghost\u2028Refused", "ghost?Refused")]
    [InlineData("dan\u2066", "dan?")]
    public async Task A_name_that_is_one_cannot_break_the_line_either(string name, string shown)
    {
        await using KestrelServer server = await ProxyServer.StartAsync(users: UserResolvers.List([], ["dan\u2066"]));

        await server.SendAsync("/closed", $"X-User: {name}");

        Assert.Contains($"'{shown}'", Assert.Single(server.Refusals()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mail=fred@example\ngroup=a\ngroup=b c", "X-Mail: fred@example", "X-Groups: a;;  b c ;")]
    [InlineData("mail=none@example")]
    [InlineData("mail=none@example", "X-Mail:", "X-Groups:")]
    [InlineData("mail=none@example", "X-Mail: (null)", "X-Groups: (null)")]
    [InlineData("mail=a;b", "X-Mail: a;b")]
    [InlineData("mail=jos\u00e9@example\ngroup=a", "X-Mail: jos\u00e9@example", "X-Groups: a")]
    public async Task Attributes_become_claims(string claims, params string[] lines)
    {
        await using KestrelServer server = await ProxyServer.StartAsync(WithAttributes);

        Assert.Equal($"{ClaimTypes.Name}=fred\n{claims}", (await server.SendAsync("/claims", ["X-User: fred", .. lines])).Body);
    }

    [Theory]
    [InlineData(";;", "group=nobody")]
    [InlineData("a", "group=a")]
    public async Task A_list_of_nothing_is_absent(string sent, string claims)
    {
        await using KestrelServer server = await ProxyServer.StartAsync(options =>
            options.Attributes.Add(new ClaimMapping { Name = "X-Groups", ClaimType = "group", Separator = ';', Default = "nobody" }));

        Assert.Equal($"{ClaimTypes.Name}=fred\n{claims}", (await server.SendAsync("/claims", "X-User: fred", $"X-Groups: {sent}")).Body);
    }

    [Fact]
    public async Task What_the_resolver_says_goes_before_attributes_and_the_name_is_its_own()
    {
        var users = new Resolver(name => UserResolution.Known(name, new ClaimsIdentity([new Claim("uid", "Fred"), new Claim("MAIL", "known@example")], "x", "uid", "role")));
        await using KestrelServer server = await ProxyServer.StartAsync(
            options =>
            {
                WithAttributes(options);
                options.Attributes.Add(new ClaimMapping { Name = "X-Uid", ClaimType = "UID" });
            },
            users: users);

        Answer answer = await server.SendAsync("/claims", "X-User: fred", "X-Mail: other@example", "X-Groups: a", "X-Uid: root");

        Assert.Equal("uid=Fred\nMAIL=known@example\ngroup=a", answer.Body);
        Assert.Equal("Fred", (await server.SendAsync("/closed", "X-User: fred", "X-Uid: root")).Body);
    }

    [Fact]
    public async Task The_resolver_of_the_scheme_goes_before_that_of_all_and_is_told_the_scheme()
    {
        var users = new Resolver(name => UserResolution.Known(name));
        await using KestrelServer server = await ProxyServer.StartAsync(
            services: services => services.AddKeyedSingleton<IUserResolver>("Proxy", users), users: UserResolvers.List([]));

        Assert.Equal("anybody", (await server.SendAsync("/closed", "X-User: anybody")).Body);
        Assert.Equal([("anybody", "Proxy")], users.Asked);
    }

    [Fact]
    public async Task A_keyed_service_that_was_registered_before_is_in_nobodys_way()
    {
        await using KestrelServer server = await ProxyServer.StartAsync(before: builder => builder.Services.AddKeyedSingleton("Proxy", UserResolvers.Everyone));

        Assert.Equal("anybody", (await server.SendAsync("/closed", "X-User: anybody")).Body);
    }

    [Fact]
    public async Task The_canonical_name_is_the_users()
    {
        await using KestrelServer server = await ProxyServer.StartAsync(users: new Resolver(_ => UserResolution.Known("Fred.Smith")));

        Assert.Equal("Fred.Smith", (await server.SendAsync("/closed", "X-User: fred")).Body);
    }

    [Fact]
    public async Task Options_that_are_loaded_again_do_not_shift_attributes()
    {
        // What the filter found is in the order of the attributes at the start.
        ClaimMapping[] attributes = [new() { Name = "X-Mail", ClaimType = "mail" }, new() { Name = "X-Role", ClaimType = "role" }];
        await using KestrelServer server = await ProxyServer.StartAsync(options =>
        {
            foreach (ClaimMapping attribute in attributes) options.Attributes.Add(attribute);
        });
        Array.Reverse(attributes);
        server.Services.GetRequiredService<IOptionsMonitorCache<TrustedProxyOptions>>().Clear();

        Answer answer = await server.SendAsync("/claims", "X-User: fred", "X-Mail: admin", "X-Role: guest");

        Assert.Equal($"{ClaimTypes.Name}=fred\nmail=admin\nrole=guest", answer.Body);
    }

    private static void WithAttributes(TrustedProxyOptions options)
    {
        options.Attributes.Add(new ClaimMapping { Name = "X-Mail", ClaimType = "mail", Default = "none@example" });
        options.Attributes.Add(new ClaimMapping { Name = "X-Groups", ClaimType = "group", Separator = ';' });
    }

    private static (int Status, string Body) Summary(Answer answer) => (answer.Status, answer.Body);

    private sealed class Resolver(Func<string, UserResolution> resolve) : IUserResolver
    {
        public List<(string Name, string Origin)> Asked { get; } = [];

        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken)
        {
            lock (Asked) Asked.Add((name, origin));
            return new(resolve(name));
        }
    }
}
