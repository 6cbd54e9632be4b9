using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Conditions;
using TrustedApps.Keys;
using TrustedApps.Testing.Hosting.Marks;
using TrustedApps.Testing.Keys;

namespace TrustedApps.Testing.Hosting;

/// <summary>
/// A scheme of the application under test: its keys, and the trusts that tests make. Safe for concurrent use.
/// </summary>
internal sealed class TestScheme(TestHost host, string name)
{
    private const string DefaultUrl = "https://localhost";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SortedSet<string>> _scopes = new(StringComparer.Ordinal); // by id
    private readonly ConcurrentDictionary<string, string> _conditions = new(StringComparer.Ordinal); // as JSON, by id

    public string Name => name;

    /// <summary>The application.</summary>
    public TestHost Host => host;

    public TrustedAppsOptions Options =>
        host.Services.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>().Get(name);

    /// <summary>The clock of the application, which no rejection shifts.</summary>
    public TimeProvider Time => Options.TimeProvider is MarkedTimeProvider marked ? marked.Inner : host.Time;

    /// <summary>The first of the URLs under which the application is reached.</summary>
    public string BaseUrl => Options.BaseUrls[0];

    /// <summary>The base URL of an application whose options have none.</summary>
    public static string FallbackUrl => DefaultUrl;

    /// <summary>The applications that are trusted.</summary>
    public InMemoryTrustStore Trusts => host.Services.GetRequiredKeyedService<InMemoryTrustStore>(name);

    /// <summary>The application's own keys.</summary>
    /// <exception cref="InvalidOperationException">They are not throw-away keys.</exception>
    public ApplicationKeys Keys => host.Services.GetKeyedService<IKeyStore>(name) is ThrowAwayKeyStore store
        ? store.Keys
        : throw new InvalidOperationException(
            $"The scheme '{name}' was added after AddTrustedAppsTesting. Call AddTrustedAppsTesting last, such as in ConfigureTestServices."
        );

    /// <summary>Makes the application's certificate.</summary>
    public ValueTask<ApplicationCertificate> ToCertificateAsync() => Keys.ToCertificateAsync(Options.Name, Time);

    /// <summary>Trusts a consumer. A trust under the same conditions stays as it is; another one is replaced.</summary>
    /// <param name="consumer">The consumer's keys.</param>
    /// <param name="conditions">Says the conditions at this moment.</param>
    public async ValueTask TrustAsync(ApplicationKeys consumer, Func<TrustConditions> conditions)
    {
        if (IsTrusted(consumer.Id, ToDocument(conditions()))) return;

        ApplicationCertificate certificate = await consumer.ToCertificateAsync(time: Time).ConfigureAwait(false);
        var record = CertificateRecord.Establish(certificate, baseUrl: null, Time.GetUtcNow());
        lock (_gate)
        {
            TrustConditions current = conditions();
            string document = ToDocument(current);
            if (IsTrusted(consumer.Id, document)) return;
            Trusts.Replace(new TrustedApplication(record, current));
            _conditions[consumer.Id] = document;
        }
    }

    /// <summary>Adds scopes that a client of a consumer asks for: all of its clients share one trust.</summary>
    public void AddScopes(string consumer, IEnumerable<string> scopes)
    {
        lock (_gate)
        {
            if (!_scopes.TryGetValue(consumer, out SortedSet<string>? known))
            {
                _scopes.Add(consumer, known = new(StringComparer.Ordinal));
            }

            known.UnionWith(scopes);
        }
    }

    /// <summary>
    /// Returns the conditions that allow a consumer everything, with the scopes of all of its clients.
    /// </summary>
    public TrustConditions AllowAll(string consumer)
    {
        lock (_gate)
        {
            return TrustedClientOptions.Everything with { Scopes = [.. _scopes.GetValueOrDefault(consumer) ?? []] };
        }
    }

    /// <summary>Returns the conditions that a trust has in the configuration of the application.</summary>
    /// <param name="trust">Its Id, Name, CertificateUrl or CertificateFile.</param>
    /// <exception cref="InvalidOperationException">There is no such trust, or several.</exception>
    public TrustConditions GetConfigured(string trust)
    {
        TrustedApplicationOptions[] found = [.. host.GetConfigured(name).Where(configured => Names(configured, trust))];
        if (found is [var one]) return ToConditions(one);

        string known = string.Join("', '", host.GetConfigured(name).Select(configured =>
            configured.Id ?? configured.Name ?? configured.CertificateUrl ?? configured.CertificateFile));
        throw new InvalidOperationException(
            $"The configuration of the scheme '{name}' has {found.Length} trusts called '{trust}' under Applications. ConditionsFrom must be the Id, Name, CertificateUrl or CertificateFile of one of them: '{known}'."
        );
    }

    private static bool Names(TrustedApplicationOptions configured, string trust) =>
        trust == configured.Id
        || trust == configured.Name
        || trust == configured.CertificateUrl
        || (configured.CertificateFile is { } file && (trust == file || trust == Path.GetFileName(file)));

    // A list that is empty where nothing is configured stands for the default, unless it can be null.
    private static TrustConditions ToConditions(TrustedApplicationOptions configured) =>
        ConditionMembers.Create(member =>
        {
            PropertyInfo setting = typeof(TrustConditionsOptions).GetProperty(member.Name)!;
            object? value = setting.GetValue(configured);
            return value is IList<string> list ? list.Count == 0 && !setting.CanWrite ? null : list.ToArray() : value;
        });

    private static string ToDocument(TrustConditions conditions) =>
        JsonSerializer.Serialize(ConditionsDocument.Of(conditions));

    private bool IsTrusted(string id, string document) =>
        Trusts.Find(id) is not null && _conditions.GetValueOrDefault(id) == document;
}
