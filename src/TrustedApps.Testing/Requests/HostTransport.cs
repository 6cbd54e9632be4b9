using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;
using TrustedApps.Testing.Hosting;
using TrustedApps.Testing.Hosting.Marks;

namespace TrustedApps.Testing.Requests;

/// <summary>
/// Stands for the network between a client and an application under test: sends each request to its server, in memory
/// or over a socket, and marks it with the URL and the address that it has on a network.
/// </summary>
/// <param name="host">The application.</param>
/// <param name="scheme">The scheme that verifies the requests.</param>
/// <param name="baseUrl">The base URL of the client.</param>
internal sealed class HostTransport(TestHost host, TestScheme scheme, BaseUrl baseUrl) : HttpMessageHandler
{
    private const string IdHeader = "X-Seraph-Trusted-App-ID";
    private const string KeyHeader = "X-Seraph-Trusted-App-Key";
    private const string ErrorHeader = "X-Seraph-Trusted-App-Error";

    private readonly Lazy<(HttpMessageInvoker Invoker, Uri? Address)> _server = new(() => Connect(host.Services));

    /// <summary>The address that requests come from.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The rejections that are demanded.</summary>
    public required IDemands Demands { get; init; }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri url = request.RequestUri!;
        string prefix = scheme.Options.PathPrefix; // what a reverse proxy strips
        string target = prefix.Length > 0 && url.PathAndQuery.StartsWith($"{prefix}/", StringComparison.Ordinal)
            ? url.PathAndQuery[prefix.Length..]
            : url.PathAndQuery;
        var mark = new RequestMark
        {
            Scheme = url.Scheme,
            Host = url.IsDefaultPort ? url.IdnHost : $"{url.IdnHost}:{url.Port}",
            BasePath = prefix.Length > 0 ? "" : new Uri(baseUrl.Text).AbsolutePath.TrimEnd('/'),
            Target = target,
            Address = Address.ToString(),
        };

        RejectionDemand? demand = await Demands.NextAsync(request).ConfigureAwait(false);
        (HttpMessageInvoker invoker, Uri? address) = _server.Value;
        Uri server = address ?? new Uri(url.GetLeftPart(UriPartial.Authority));
        HttpRequestMessage sent = Copy(request, new Uri(server, target));
        if (demand is not null)
        {
            mark = await demand.ApplyAsync(sent, mark, ToleranceOf(request), cancellationToken).ConfigureAwait(false);
        }

        sent.Headers.TryAddWithoutValidation(RequestMark.HeaderName, mark.ToHeaderValue(host.MarkToken));
        HttpResponseMessage response = await invoker.SendAsync(sent, cancellationToken).ConfigureAwait(false);
        response.RequestMessage = request;
        if (demand is not null) RequireRejected(request, response, demand);
        return response;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _server.IsValueCreated) _server.Value.Invoker.Dispose();
        base.Dispose(disposing);
    }

    private static (HttpMessageInvoker Invoker, Uri? Address) Connect(IServiceProvider services)
    {
        IServer server = services.GetRequiredService<IServer>();
        if (server is TestServer memory) return (new HttpMessageInvoker(memory.CreateHandler()), null);

        ICollection<string> addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        string address = addresses.FirstOrDefault(url => url.StartsWith("http://", StringComparison.Ordinal))
            ?? addresses.FirstOrDefault()
            ?? throw new InvalidOperationException(
                "The server of the application listens at no address. Start the host first.");
        string any = BindingAddressText.ToLoopback(address);
        return (new HttpMessageInvoker(TrustedAppHandler.CreateInnerHandler()), new Uri(any));
    }

    // The content is shared: it belongs to the original, so the copy is not disposed of.
    private static HttpRequestMessage Copy(HttpRequestMessage request, Uri url)
    {
        var copy = new HttpRequestMessage(request.Method, url)
        {
            Content = request.Content,
            Version = request.Version,
            VersionPolicy = request.VersionPolicy,
        };
        foreach (var header in request.Headers.NonValidated)
        {
            copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return copy;
    }

    private TimeSpan ToleranceOf(HttpRequestMessage request)
    {
        string id = request.Headers.NonValidated.TryGetValues(IdHeader, out var values) ? values.ToString() : "";
        TimeSpan timeout = scheme.Trusts.Find(id)?.Conditions.Timeout ?? TimeSpan.FromMinutes(1);
        return timeout + (2 * scheme.Options.ClockSkew) + TimeSpan.FromSeconds(2); // whole seconds are compared
    }

    private void RequireRejected(HttpRequestMessage request, HttpResponseMessage response, RejectionDemand demand)
    {
        string? error =
            response.Headers.TryGetValues(ErrorHeader, out IEnumerable<string>? values) ? values.First() : null;
        ErrorCode? code = error is null ? null : TrustedAppError.Read(error).Code;
        if (code == demand.Code) return;
        if (code == ErrorCode.GrantNeeded && !request.Headers.NonValidated.Contains(KeyHeader))
        {
            // The provider keeps no key grant at that time, or of that trust: the request is sent again with it.
            Demands.Postpone(demand);
            return;
        }

        throw new InvalidOperationException(
            $"The test demands the rejection {demand.Code}, but the application answered {(int)response.StatusCode} {error ?? "without a rejection"}. Does it verify the request: does UseAuthentication come before the endpoint, and does the trust restrict what the test relies on (Addresses for BadRemoteAddress)?"
        );
    }
}
