using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.WorksWith.Tests;

/// <summary>
/// A page of docs/works-with. Its programs run from its text, with the configuration of the index; only addresses and
/// ports are of the test.
/// </summary>
internal sealed class Page : IAsyncDisposable
{
    public const string Folder = "docs/works-with";

    private const string Scheme = "--Authentication:Schemes:TrustedApps";

    private readonly ScratchFolder _folder = new();
    private readonly List<RunningProgram> _running = [];
    private readonly List<ServiceProvider> _services = [];
    private readonly List<ReservedPort> _ports = [];

    private Page(string name)
    {
        File = $"{Folder}/{name}.md";
        Programs = CodeBlock.Read(File, "csharp");
    }

    public string File { get; }

    public IReadOnlyList<CodeBlock> Programs { get; }

    /// <summary>The provider's base URL, once it runs.</summary>
    public string BaseUrl { get; private set; } = "";

    /// <summary>What the clients that the test makes have logged.</summary>
    public LogRecorder Logs { get; } = new();

    /// <summary>Opens a page, with the files that its programs find in their folders.</summary>
    public static async Task<Page> OpenAsync(string name)
    {
        var page = new Page(name);
        CodeBlock[] settings = [.. CodeBlock.Read($"{Folder}/index.md", "json")];
        ApplicationKeys tracker = ThrowAwayKeys.Of("tracker:42", 2), wiki = ThrowAwayKeys.Of("wiki:8731", 0);
        await page.WriteAsync("tracker", settings[0].Code, tracker, ("wiki.certificate", wiki));
        await page.WriteAsync("wiki", settings[1].Code, wiki, ("tracker.certificate", tracker));
        return page;
    }

    /// <summary>Compiles a block, with the source generators of the packages.</summary>
    public static CompiledProgram Compile(CodeBlock block) => CompiledProgram.Compile(
        block.Code, isReferenced: null, block.Code.Contains("Refit", StringComparison.Ordinal) ? Generators.Refit : null);

    /// <summary>Starts the first program of the page, the provider.</summary>
    /// <param name="baseUrl">The URL that consumers use, if it is not its own.</param>
    /// <param name="arguments">More arguments of its command line.</param>
    public async Task<RunningProgram> StartProviderAsync(string? baseUrl = null, params string[] arguments)
    {
        var port = new ReservedPort();
        _ports.Add(port);
        string url = $"http://127.0.0.1:{port}";
        BaseUrl = baseUrl ?? url;
        RunningProgram provider = await StartAsync(
            0,
            "tracker",
            url,
            [
                $"{Scheme}:BaseUrls:0", BaseUrl,
                $"{Scheme}:Applications:0:Addresses:0", "127.0.0.1",
                $"{Scheme}:IsNewInstallation", "true",
                .. arguments,
            ]);
        return provider;
    }

    /// <summary>Starts a program of the page that serves requests.</summary>
    public async Task<RunningProgram> StartAsync(int program, string folder, string url, params string[] arguments)
    {
        RunningProgram running = await RunningProgram.StartAsync(
            Compile(Programs[program]),
            _folder.PathOf(folder),
            ["--environment", "Production", "--urls", url, "--applicationName", CompiledProgram.Name, "--Logging:LogLevel:Default", "Warning", .. arguments]);
        _running.Add(running);
        return running;
    }

    /// <summary>Runs a program of the page that makes requests, to its end, and returns what it prints.</summary>
    public async Task<string> RunConsumerAsync(int program = 1, params string[] arguments)
    {
        CompiledProgram consumer = Compile(Programs[program]);
        await consumer.RunAsync(
            ["--environment", "Production", "--contentRoot", _folder.PathOf("wiki"), "--Tracker:BaseUrl", BaseUrl, "--Logging:LogLevel:Default", "Warning", .. arguments])
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken); // a test that hangs is a test that fails
        return consumer.Output;
    }

    /// <summary>What the page says that its consumer prints.</summary>
    public string Printed(int block = 0) => CodeBlock.Read(File, "text")[block].Code;

    /// <summary>A client of the wiki, beside those of the page.</summary>
    public HttpClient CreateClient(
        Action<TrustedAppClientOptions>? configure = null, Action<IHttpClientBuilder>? build = null, TimeProvider? time = null) =>
        AddClient(configure, build, time).GetRequiredService<IHttpClientFactory>().CreateClient("tracker");

    /// <summary>The handlers of such a client.</summary>
    public HttpMessageHandler CreateHandler(Action<TrustedAppClientOptions>? configure = null) =>
        AddClient(configure, build: null, time: null).GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("tracker");

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceProvider services in _services) await services.DisposeAsync();
        foreach (RunningProgram running in Enumerable.Reverse(_running)) await running.DisposeAsync();
        foreach (ReservedPort port in _ports) port.Dispose();
        _folder.Dispose();
    }

    private ServiceProvider AddClient(Action<TrustedAppClientOptions>? configure, Action<IHttpClientBuilder>? build, TimeProvider? time)
    {
        IServiceCollection services = new ServiceCollection().AddLogging(logging => logging.AddProvider(Logs));
        if (time is not null) services.AddSingleton(time);
        IHttpClientBuilder builder = services.AddHttpClient("tracker", client => client.BaseAddress = new Uri(BaseUrl + "/"));
        build?.Invoke(builder);
        builder.AddTrustedApp(options =>
        {
            options.BaseUrl = BaseUrl;
            options.KeyFile = _folder.PathOf("wiki/wiki-keys.json");
            options.ProviderCertificateFile = _folder.PathOf("wiki/tracker.certificate");
            options.RefreshProviderCertificate = false; // nothing of the test waits for it
            configure?.Invoke(options);
        });
        ServiceProvider provider = services.BuildServiceProvider();
        _services.Add(provider);
        return provider;
    }

    private async Task WriteAsync(string folder, string settings, ApplicationKeys own, params (string File, ApplicationKeys Keys)[] others)
    {
        Directory.CreateDirectory(_folder.PathOf(folder));
        _folder.Write($"{folder}/appsettings.json", JsonNode.Parse(settings)!.ToJsonString());
        own.Save(_folder.PathOf($"{folder}/{folder}-keys.json"));
        foreach ((string file, ApplicationKeys keys) in others)
        {
            _folder.Write($"{folder}/{file}", Encoding.UTF8.GetString((await keys.ToCertificateAsync()).ToBytes()));
        }
    }
}
