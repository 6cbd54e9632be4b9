using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.WorksWith.Tests;

/// <summary>The program of the page in front of the provider of the page on nginx.</summary>
public sealed class YarpTests
{
    private const string PathPrefix = "--Authentication:Schemes:TrustedApps:PathPrefix";

    [Theory]
    [MemberData(nameof(NginxTests.Paths), MemberType = typeof(NginxTests))]
    public async Task The_programs_of_the_page_work(string path, string title)
    {
        await using Run run = await Run.StartAsync(PathPrefix, "/tracker");
        Assert.Equal($"{title} of fred, from 127.0.0.1", await run.Wiki.GetStringAsync(run.Url + path, "fred"));
    }

    [Theory]
    [InlineData("/issues/simple", "OK")]
    [InlineData("/issues/a%20b?q=%2B&r=/../", "OK")]
    [InlineData("/issues/%C3%BC", "OK")]
    [InlineData("/issues/a%2Bb", "BAD_SIGNATURE")]
    [InlineData("/issues/a%26b", "BAD_SIGNATURE")]
    public async Task Without_the_transform_some_paths_are_rewritten(string path, string code)
    {
        await using Run run = await Run.StartAsync(PathPrefix, "/tracker");
        await using KestrelServer plain = await KestrelServer.StartAsync(
            (builder, _) => builder.Services.AddReverseProxy().LoadFromConfig(run.Settings.GetSection("ReverseProxy")),
            app => app.MapReverseProxy(),
            port: await run.StopAsync());
        Assert.Equal(code, await run.CodeAsync(path));
    }

    [Fact]
    public async Task Without_PathPrefix_it_is_BAD_SIGNATURE()
    {
        await using Run run = await Run.StartAsync();
        Assert.Equal("BAD_SIGNATURE", await run.CodeAsync("/issues/simple"));
    }

    [Fact]
    public async Task Without_the_path_in_BaseUrls_it_is_BAD_AUDIENCE()
    {
        await using Run run = await Run.StartAsync(PathPrefix, "/tracker", "--Authentication:Schemes:TrustedApps:BaseUrls:0", "http://localhost");
        Assert.Equal("BAD_AUDIENCE", await run.CodeAsync("/issues/simple"));
    }

    [Fact]
    public async Task The_way_out_of_the_prefix_is_closed()
    {
        await using Run run = await Run.StartAsync(PathPrefix, "/tracker");
        foreach (string target in new[] { "/tracker/../issues/simple", "/tracker/%2e%2e/issues/simple", "/issues/simple" })
        {
            Answer answer = await RawHttp.SendAsync(new(System.Net.IPAddress.Loopback, run.Port), RawHttp.Request($"GET {target}", $"127.0.0.1:{run.Port}"));
            Assert.Equal(404, answer.Status);
        }
    }

    private sealed class Run(Page page, Page gateway, RunningProgram proxy, HttpClient wiki, int port, IConfiguration settings) : IAsyncDisposable
    {
        public HttpClient Wiki => wiki;

        public string Url => page.BaseUrl;

        public int Port => port;

        public IConfiguration Settings => settings;

        public static async Task<Run> StartAsync(params string[] arguments)
        {
            int port = KestrelServer.FindFreePort();
            string url = $"http://127.0.0.1:{port}";
            Page page = await Page.OpenAsync("nginx"), gateway = await Page.OpenAsync("yarp");
            RunningProgram provider = await page.StartProviderAsync(url + "/tracker", arguments);
            string text = CodeBlock.Read(gateway.File, "json")[0].Code.Replace("http://127.0.0.1:5080/", provider.Url.ToString(), StringComparison.Ordinal);
            var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
            IConfiguration settings = new ConfigurationBuilder().AddJsonStream(stream).Build();
            RunningProgram proxy = await gateway.StartAsync(0, "tracker", url, [.. settings.AsEnumerable().Where(pair => pair.Value is not null).SelectMany(pair => new[] { $"--{pair.Key}", pair.Value! })]);
            return new Run(page, gateway, proxy, page.CreateClient(), port, settings);
        }

        public async Task<string?> CodeAsync(string path)
        {
            using HttpResponseMessage response = await wiki.GetAsync(Url + path, "fred");
            return (await Answer.OfAsync(response)).Code;
        }

        /// <summary>Stops the proxy, and returns its port.</summary>
        public async Task<int> StopAsync()
        {
            await proxy.DisposeAsync();
            return port;
        }

        public async ValueTask DisposeAsync()
        {
            wiki.Dispose();
            await gateway.DisposeAsync();
            await page.DisposeAsync();
        }
    }
}
