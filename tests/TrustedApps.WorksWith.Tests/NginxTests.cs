using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;

namespace TrustedApps.WorksWith.Tests;

/// <summary>The configuration of the page in a real nginx; requests come from 127.0.0.2, nginx connects from 127.0.0.1.</summary>
public sealed class NginxTests
{
    private const string PathPrefix = "--Authentication:Schemes:TrustedApps:PathPrefix";
    private const string Address = "--Authentication:Schemes:TrustedApps:Applications:0:Addresses:0";

    public static TheoryData<string, string> Paths => new()
    {
        { "/issues/simple", "simple" },
        { "/issues/a%20b?q=%2B&r=/../", "a b" },
        { "/issues/a%2Bb", "a+b" },
        { "/issues/%C3%BC~%7E", "ü~~" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task At_the_root_it_works(string path, string title)
    {
        await using Run run = await Run.StartAsync("", [0]);
        Assert.Equal($"{title} of fred, from 127.0.0.2", await run.Wiki.GetStringAsync(run.Url + path, "fred"));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Below_a_path_that_is_stripped_it_works(string path, string title)
    {
        await using Run run = await Run.StartAsync("/tracker", [1, 2], arguments: [PathPrefix, "/tracker"]);
        Assert.Equal($"{title} of fred, from 127.0.0.2", await run.Wiki.GetStringAsync(run.Url + path, "fred"));
    }

    [Fact]
    public async Task Without_PathPrefix_it_is_BAD_SIGNATURE()
    {
        await using Run run = await Run.StartAsync("/tracker", [1, 2]);
        Assert.Equal("BAD_SIGNATURE", await run.CodeAsync("/issues/simple"));
    }

    [Fact]
    public async Task Without_the_path_in_BaseUrls_it_is_BAD_AUDIENCE()
    {
        await using Run run = await Run.StartAsync("/tracker", [1, 2], arguments: [PathPrefix, "/tracker", "--Authentication:Schemes:TrustedApps:BaseUrls:0", "https://localhost"]);
        Assert.Equal("BAD_AUDIENCE", await run.CodeAsync("/issues/simple"));
    }

    [Theory]
    [InlineData("/issues/simple", "OK")]
    [InlineData("/issues/a%2Bb", "BAD_SIGNATURE")]
    [InlineData("/issues//simple", "BAD_SIGNATURE")]
    public async Task A_proxy_pass_with_a_path_of_its_own_rewrites_some_targets(string path, string code)
    {
        await using Run run = await Run.StartAsync("/tracker", [1, 2], text => text.Replace("$below_tracker;", "/;", StringComparison.Ordinal), [PathPrefix, "/tracker"]);
        Assert.Equal(code, await run.CodeAsync(path));
    }

    [Fact]
    public async Task Without_the_forwarded_address_it_is_that_of_nginx()
    {
        await using Run run = await Run.StartAsync("", [0], text => text.Replace("proxy_set_header X-Forwarded-For $remote_addr;", "", StringComparison.Ordinal));
        Assert.Equal("BAD_REMOTE_IP", await run.CodeAsync("/issues/simple"));
    }

    [Fact]
    public async Task Without_the_Key_header_every_request_is_GRANT_NEEDED()
    {
        await using Run run = await Run.StartAsync("", [0], text => text.Replace("proxy_next_upstream off;", "proxy_set_header X-Seraph-Trusted-App-Key \"\";", StringComparison.Ordinal));
        Assert.Equal("GRANT_NEEDED", await run.CodeAsync("/issues/simple"));
        Assert.Equal("GRANT_NEEDED", await run.CodeAsync("/issues/simple"));
    }

    private sealed class Run(Page page, Nginx nginx, HttpClient wiki, string url) : IAsyncDisposable
    {
        public HttpClient Wiki => wiki;

        public string Url => url;

        /// <summary>Starts provider and nginx, with blocks of the page: what stands in its server, after what stands beside it.</summary>
        public static async Task<Run> StartAsync(string path, int[] blocks, Func<string, string>? change = null, params string[] arguments)
        {
            var nginx = new Nginx();
            Page page = await Page.OpenAsync("nginx");
            RunningProgram provider = await page.StartProviderAsync(nginx.Origin + path, [Address, "127.0.0.2", .. arguments]);
            IReadOnlyList<CodeBlock> all = CodeBlock.Read(page.File, "nginx");
            string server = all[blocks[^1]].Code.Replace("http://127.0.0.1:5080", provider.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
            string beside = blocks.Length > 1 ? all[blocks[0]].Code : "";
            await nginx.StartAsync(change?.Invoke(server) ?? server, beside);
            HttpClient wiki = page.CreateClient(build: builder => builder.ConfigurePrimaryHttpMessageHandler(() =>
            {
                var handler = (SocketsHttpHandler)Nginx.CreateHandler();
                handler.ConnectCallback = ConnectAsync;
                return handler;
            }));
            return new Run(page, nginx, wiki, nginx.Origin + path);
        }

        public async Task<string?> CodeAsync(string path)
        {
            using HttpResponseMessage response = await wiki.GetAsync(url + path, "fred");
            return (await Answer.OfAsync(response)).Code;
        }

        public async ValueTask DisposeAsync()
        {
            wiki.Dispose();
            await page.DisposeAsync();
            await nginx.DisposeAsync();
        }

        private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }
}
