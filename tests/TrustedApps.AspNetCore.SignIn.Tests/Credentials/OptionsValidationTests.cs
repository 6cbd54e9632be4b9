using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.SignIn.Credentials;

namespace TrustedApps.AspNetCore.SignIn.Tests.Credentials;

public sealed class OptionsValidationTests
{
    private const string NoVerifier = "it has no verifier of passwords. Register an ICredentialVerifier, or an IPasswordHashStore with hashes of ASP.NET Core Identity's PasswordHasher: services.AddScoped<IPasswordHashStore, ...>(), or keyed by the scheme's name.";
    private const string Names = "UserNameField, PasswordField and RememberMeField must be three different names, regardless of case.";

    [Fact]
    public async Task Without_anybody_to_check_passwords_the_application_does_not_start()
    {
        await AssertRefusedAsync($"Scheme 'Basic': {NoVerifier}", () => CredentialServer.StartBasicAsync());
        await AssertRefusedAsync($"Scheme 'Form': {NoVerifier}", () => CredentialServer.StartFormAsync());
        await AssertRefusedAsync(
            $"Scheme 'Basic': {NoVerifier}",
            () => CredentialServer.StartBasicAsync(services: services => services.AddKeyedSingleton<ICredentialVerifier>("Other", new Accounts())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a \"quotation\"")]
    [InlineData("back\\slash")]
    [InlineData("two\r\nlines")]
    [InlineData("Übung")]
    public Task A_realm_that_is_no_quoted_string_stops_the_start(string realm) => AssertRefusedAsync(
        "Scheme 'Basic': Realm must be 1 to 255 printable ASCII characters without quotation marks and backslashes.",
        () => CredentialServer.StartBasicAsync(new Accounts(), options => options.Realm = realm));

    [Fact]
    public Task A_form_that_is_honoured_nowhere_stops_the_start() => AssertFormRefusedAsync(
        "Paths and PathList are empty. Set the paths to which the login form is posted, such as /login.",
        options =>
        {
            options.Paths.Clear();
            options.PathList = " , ,";
        });

    [Theory]
    [InlineData("*")]
    [InlineData("/")]
    [InlineData("/**")]
    [InlineData("/*")]
    [InlineData("/*/**")]
    public Task A_form_that_is_honoured_anywhere_stops_the_start(string path) => AssertFormRefusedAsync(
        $"Paths: '{path}' would accept a password on every path. Set the paths to which the login form is posted, such as /login.",
        options => options.PathList = $"/login,{path}");

    [Fact]
    public Task A_path_that_is_no_pattern_stops_the_start() => AssertFormRefusedAsync(
        "Paths: URL pattern 'login' is bad at position 1: expected / or * alone. Name a path below the base URL, without scheme and host, such as /rest/api.",
        options => options.Paths.Add("login"));

    [Fact]
    public async Task Fields_have_three_different_names()
    {
        await AssertFormRefusedAsync(Names, options => options.UserNameField = "");
        await AssertFormRefusedAsync(Names, options => options.PasswordField = "OS_USERNAME");
        await AssertFormRefusedAsync(Names, options => options.RememberMeField = "os_password");
    }

    [Fact]
    public async Task The_schemes_to_sign_in_to_must_be_there_and_able_to()
    {
        await AssertFormRefusedAsync("SignInScheme: there is no scheme 'Session'. Add it, such as with AddCookie(\"Session\").", options => options.SignInScheme = "Session");
        await AssertFormRefusedAsync("RememberMeScheme: there is no scheme 'Lasting'. Add it, such as with AddCookie(\"Lasting\").", options => options.RememberMeScheme = "Lasting");
        await AssertFormRefusedAsync("SignInScheme: the scheme 'Other' cannot sign in. Use a scheme that can, such as one of AddCookie.", options => options.SignInScheme = "Other", builder => builder.AddBasic("Other"));
        await AssertFormRefusedAsync("RememberMeScheme: the scheme 'Other' cannot sign in. Use a scheme that can, such as one of AddCookie.", options => options.RememberMeScheme = "Other", builder => builder.AddBasic("Other"));
        await AssertFormRefusedAsync(
            "RememberMeScheme must be another scheme than SignInScheme: a second cookie, with a name and a lifetime of its own.",
            options => options.SignInScheme = options.RememberMeScheme = "Session",
            builder => builder.AddCookie("Session"));
    }

    [Fact]
    public async Task A_scheme_that_forwards_is_none_to_sign_in_to()
    {
        const string forwards = "SignInScheme: the scheme 'Proxy' forwards to another scheme. Name that scheme, so that its session is renewed.";
        await AssertFormRefusedAsync(forwards, options => options.SignInScheme = "Proxy", builder => builder.AddPolicyScheme("Proxy", null, options => options.ForwardDefault = "Session").AddCookie("Session"));
        await AssertFormRefusedAsync(forwards, options => options.SignInScheme = "Proxy", builder => builder.AddCookie("Proxy", options => options.ForwardSignIn = "Session").AddCookie("Session"));
    }

    [Theory]
    [InlineData(0, 50, 50, 900, 65536, "MaxFailures must be 1 to 1000.")]
    [InlineData(5, 4, 50, 900, 65536, "MaxFailuresOfAddress must be MaxFailures to 1000000.")]
    [InlineData(5, 50, 4, 900, 65536, "MaxFailuresOfAccount must be MaxFailures to 1000000.")]
    [InlineData(5, 50, 50, 0, 65536, "Lockout must be 1 second to 24 hours.")]
    [InlineData(5, 50, 50, 86401, 65536, "Lockout must be 1 second to 24 hours.")]
    [InlineData(5, 50, 50, 900, 1023, "Capacity must be 1024 to 4194304 counters.")]
    [InlineData(5, 50, 50, 900, 4194305, "Capacity must be 1024 to 4194304 counters.")]
    public Task The_guard_has_ranges(int failures, int ofAddress, int ofAccount, int lockout, int capacity, string problem) => AssertRefusedAsync(
        $"LoginGuardOptions: {problem}",
        () => CredentialServer.StartBasicAsync(new Accounts(), services: services => services.Configure<LoginGuardOptions>(options =>
            (options.MaxFailures, options.MaxFailuresOfAddress, options.MaxFailuresOfAccount, options.Lockout, options.Capacity) =
            (failures, ofAddress, ofAccount, TimeSpan.FromSeconds(lockout), capacity))));

    [Fact]
    public async Task Events_that_nothing_raises_stop_the_start()
    {
        const string Problem = "Events and EventsType must not be set: this scheme raises no events. Remove the setting. To see each verdict on a trusted request, register an ITrustedRequestObserver.";
        await AssertRefusedAsync($"Scheme 'Basic': {Problem}", () => CredentialServer.StartBasicAsync(new Accounts(), options => options.EventsType = typeof(object)));
        await AssertFormRefusedAsync(Problem, options => options.EventsType = typeof(object));
    }

    private static Task AssertFormRefusedAsync(string problem, Action<FormLoginOptions> configure, Action<AuthenticationBuilder>? schemes = null) => AssertRefusedAsync(
        $"Scheme 'Form': {problem}",
        () => CredentialServer.StartFormAsync(new Accounts(), configure, services => schemes?.Invoke(new AuthenticationBuilder(services))));

    private static async Task AssertRefusedAsync(string problem, Func<Task<KestrelServer>> start)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(start);
        Assert.Equal([problem], failure.Failures);
    }
}
