using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore;
using TrustedApps.Testing.Hosting.Marks;

namespace TrustedApps.Testing.Hosting;

/// <summary>An application under test, found among its services. Safe for concurrent use.</summary>
internal sealed class TestHost
{
    private const int MaxIdLength = 128;

    private readonly ConcurrentDictionary<string, TrustedApplicationOptions[]> _configured =
        new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, TestScheme> _schemes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TimeProvider, MarkedTimeProvider> _clocks = new();
    private int _ids;

    /// <summary>Finds the application.</summary>
    /// <param name="services">Its services.</param>
    /// <exception cref="InvalidOperationException">Its environment is not for tests.</exception>
    public TestHost(IServiceProvider services)
    {
        IHostEnvironment? environment = services.GetService<IHostEnvironment>();
        string[] allowed = [.. services.GetServices<AllowedEnvironments>().SelectMany(more => more.Names)];
        TestEnvironment.Require(environment, System.Environment.GetEnvironmentVariable, allowed);
        Services = services;
        DefaultId = ToId(environment?.ApplicationName);
    }

    public IServiceProvider Services { get; }

    /// <summary>
    /// What the marks of requests begin with: only clients that this process has made for this host know it.
    /// </summary>
    public string MarkToken { get; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>The id of an application whose options have none.</summary>
    public string DefaultId { get; }

    /// <summary>The clock of the application.</summary>
    public TimeProvider Time => Services.GetService<TimeProvider>() ?? TimeProvider.System;

    /// <summary>Finds the application.</summary>
    /// <exception cref="InvalidOperationException">AddTrustedAppsTesting was not called for it.</exception>
    public static TestHost Of(IServiceProvider services) => services.GetService<TestHost>()
        ?? throw new InvalidOperationException(
            "The application is not prepared for trusted clients of a test. Call services.AddTrustedAppsTesting() in ConfigureTestServices, or after AddTrustedApps where the test builds the host itself."
        );

    /// <summary>Returns a clock that a rejection can shift; always the same one for one clock.</summary>
    public MarkedTimeProvider Mark(TimeProvider clock) =>
        clock as MarkedTimeProvider ?? _clocks.GetOrAdd(clock, static clock => new MarkedTimeProvider(clock));

    /// <summary>Makes an id for a consumer that no other client of this host has.</summary>
    public string MakeConsumerId() =>
        string.Create(CultureInfo.InvariantCulture, $"test-consumer-{Interlocked.Increment(ref _ids)}");

    /// <summary>Keeps the trusts that a scheme has in its configuration, for their conditions.</summary>
    public void SetConfigured(string scheme, TrustedApplicationOptions[] trusts) => _configured[scheme] = trusts;

    /// <summary>The trusts that a scheme has in its configuration, and that are not in force.</summary>
    public IReadOnlyList<TrustedApplicationOptions> GetConfigured(string scheme) =>
        _configured.GetValueOrDefault(scheme) ?? [];

    /// <summary>Finds a scheme of the application.</summary>
    /// <param name="name">Its name; null for the default one, or the only one.</param>
    /// <exception cref="InvalidOperationException">There is none, or the name does not say which.</exception>
    public TestScheme GetScheme(string? name = null)
    {
        string[] known = [.. FindSchemes()];
        string? chosen = name ?? Choose(known);
        if (chosen is not null && known.Contains(chosen))
        {
            return _schemes.GetOrAdd(chosen, static (scheme, host) => new TestScheme(host, scheme), this);
        }

        string schemes = string.Join("', '", known);
        throw new InvalidOperationException(
            known.Length == 0
                ? "The application has no scheme for trusted applications: call AddAuthentication().AddTrustedApps(...)."
            : chosen is null
                ? $"The application has the schemes '{schemes}'. Set AuthenticationScheme to the one that the client is for."
            : $"The application has no scheme '{chosen}' for trusted applications. It has '{schemes}'."
        );
    }

    /// <summary>Finds the scheme that answers at a base URL; null if none does.</summary>
    /// <exception cref="InvalidOperationException">The application has no scheme.</exception>
    public TestScheme? FindSchemeAt(BaseUrl baseUrl)
    {
        string[] known = [.. FindSchemes()];
        string[] found = Array.FindAll(known, name => GetScheme(name).Options.BaseUrls.Contains(baseUrl.Text));
        if (known.Length == 0) return GetScheme();
        return found.Length == 0 ? null : GetScheme(Choose(found) ?? found[0]);
    }

    /// <summary>The names of all schemes for trusted applications.</summary>
    public IEnumerable<string> FindSchemes() =>
        Services.GetService<IOptions<AuthenticationOptions>>()?.Value.Schemes
            .Where(scheme => typeof(AuthenticationHandler<TrustedAppsOptions>).IsAssignableFrom(scheme.HandlerType))
            .Select(scheme => scheme.Name)
        ?? [];

    private static string? Choose(string[] schemes) =>
        schemes is [var only] ? only
        : schemes.Contains(TrustedAppsDefaults.AuthenticationScheme) ? TrustedAppsDefaults.AuthenticationScheme
        : null;

    // "My Tracker" is the name of an assembly, and "My-Tracker" an id
    private static string ToId(string? name)
    {
        char[] id = [.. (name ?? "").Select(character => IsOfId(character) ? character : '-').Take(MaxIdLength)];
        return id.Length == 0 ? "app-under-test" : new string(id);
    }

    private static bool IsOfId(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or ':' or '-';
}
