using System.Text;
using TrustedApps.Http;

namespace TrustedApps;

/// <summary>
/// The consumer's way into <see cref="HttpClient"/>: puts a new assertion on each request below the pinned base URL,
/// each time it is sent, and on no other.
/// </summary>
/// <remarks>The inner handler must follow no redirects and keep no cookies; <see cref="CreateInnerHandler"/> makes one.</remarks>
public sealed class TrustedAppHandler : DelegatingHandler
{
    private readonly AssertionIssuer _issuer;
    private readonly TrustedAppClientOptions _options;
    private readonly BaseUrl _baseUrl;
    private readonly TimeProvider _time;
    private bool _isInnerHandlerChecked;

    /// <summary>Makes the handler.</summary>
    /// <param name="issuer">Issues the assertions; shared by all handlers of one application and provider.</param>
    /// <param name="options">The provider and what to do at refusals.</param>
    /// <param name="time">The clock for waiting.</param>
    /// <exception cref="ArgumentException">The base URL is missing or not in normal form, an option is outside its range, or the version may not be spoken to it over plain http.</exception>
    public TrustedAppHandler(AssertionIssuer issuer, TrustedAppClientOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(options);
        (_issuer, _options, _time) = (issuer, options, time ?? TimeProvider.System);
        _baseUrl = BaseUrl.Parse(options.BaseUrl ?? "");
        string? problem = ClientOptionsValidator.FindOutOfRange(options) ?? ClientOptionsValidator.FindForgeableOverHttp(issuer.Version, _baseUrl, options);
        if (problem is not null) throw new ArgumentException(problem, nameof(options));
    }

    /// <summary>A handler to stand inside of this one: no redirects of its own, no cookies (they would belong to one user and go out with another's requests).</summary>
    /// <returns>A new handler.</returns>
    public static SocketsHttpHandler CreateInnerHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        RequestHeaderEncodingSelector = EncodingOf,
    };

    // Application ids may hold any letters; without this HttpClient refuses all but ASCII.
    internal static Encoding? EncodingOf(string headerName, HttpRequestMessage request) =>
        AssertionHeaders.Names.Contains(headerName, StringComparer.OrdinalIgnoreCase) ? Encoding.UTF8 : null;

    /// <summary>Not supported: assertions are only put on requests sent asynchronously.</summary>
    /// <param name="request">Any request.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Trusted requests are sent with SendAsync.");

    /// <summary>Sends a request, with an assertion if it goes below the base URL.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends sending.</param>
    /// <returns>The response.</returns>
    /// <exception cref="InvalidOperationException">No user is given, or an inner handler follows redirects or keeps cookies.</exception>
    /// <exception cref="ArgumentException">The user cannot be sent safely.</exception>
    /// <exception cref="TrustedAppException">The provider refused, and <see cref="TrustedAppClientOptions.ThrowOnRefusal"/> is set.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireSafeInnerHandler();

        if (request.RequestUri is null || !_baseUrl.Covers(request.RequestUri))
        {
            RemoveHeaders(request);
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        string user = request.FindUser() ?? _options.CurrentUser?.Invoke()
            ?? throw new InvalidOperationException("A trusted request needs a user: call OnBehalfOf on the request, or set TrustedAppClientOptions.CurrentUser.");
        HttpResponseMessage response = await SendIssuedAsync(request, user, cancellationToken).ConfigureAwait(false);

        if (!_options.ThrowOnRefusal || !ResponseError.TryRead(response, out TrustedAppError? error)) return response;
        using (response) throw new TrustedAppException(error, response.StatusCode);
    }

    private async Task<HttpResponseMessage> SendIssuedAsync(HttpRequestMessage request, string user, CancellationToken cancellationToken)
    {
        int redirects = 0;
        bool wasSentAgain = false;
        while (true)
        {
            SetHeaders(request, _issuer.Issue(user, SignedUrl.Of(request)));
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

            if (redirects < _options.MaxRedirects && Redirection.TryFollow(request, response, _baseUrl))
            {
                redirects++;
            }
            else if (!wasSentAgain && Resending.IsWorthwhile(request, response, _options.MaxRetryDelay, _time, out TimeSpan delay))
            {
                wasSentAgain = true;
                await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                return response;
            }

            response.Dispose();
        }
    }

    private static void SetHeaders(HttpRequestMessage request, AssertionHeaders headers)
    {
        RemoveHeaders(request); // of an earlier try, or of somebody upstream
        foreach ((string name, string value) in headers.Enumerate()) request.Headers.TryAddWithoutValidation(name, value);
    }

    private static void RemoveHeaders(HttpRequestMessage request)
    {
        foreach (string name in AssertionHeaders.Names) request.Headers.Remove(name);
    }

    // HttpClient follows redirects below this handler and drops only Authorization: our headers would go to any host.
    private void RequireSafeInnerHandler()
    {
        if (_isInnerHandlerChecked) return;

        HttpMessageHandler? handler = InnerHandler;
        while (handler is DelegatingHandler delegating) handler = delegating.InnerHandler;
        bool isUnsafe = handler is SocketsHttpHandler { AllowAutoRedirect: true } or SocketsHttpHandler { UseCookies: true }
            or HttpClientHandler { AllowAutoRedirect: true } or HttpClientHandler { UseCookies: true };
        if (isUnsafe) throw new InvalidOperationException("Set AllowAutoRedirect and UseCookies of the primary HTTP handler to false: headers must not follow redirects, nor cookies go from one user to another.");
        _isInnerHandlerChecked = true;
    }
}
