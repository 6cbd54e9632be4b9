using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrustedApps.Certificates;

namespace TrustedApps.Client;

/// <summary>
/// The consumer's way into <see cref="HttpClient"/>: puts a new assertion on each request below the pinned base URL,
/// each time it is sent, and on no other.
/// </summary>
/// <remarks>The inner handler must follow no redirects and keep no cookies; <see cref="CreateInnerHandler"/> makes one.</remarks>
public sealed class TrustedAppHandler : DelegatingHandler
{
    private readonly PinnedProvider _provider;
    private readonly TrustedAppClientOptions _options;
    private readonly BaseUrl _baseUrl;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _isInnerHandlerChecked;

    /// <summary>Makes the handler.</summary>
    /// <param name="issuer">Issues the assertions; shared by all handlers of one application and provider.</param>
    /// <param name="options">The provider and what to do at refusals.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the clock is corrected.</param>
    /// <exception cref="ArgumentException">The base URL is missing or not in normal form, an option is outside its range, or the version may not be spoken to it over plain http.</exception>
    public TrustedAppHandler(AssertionIssuer issuer, TrustedAppClientOptions options, TimeProvider? time = null, ILogger<TrustedAppHandler>? logger = null)
        : this(new PinnedProvider(issuer), options, time, logger)
    {
        string? problem = ClientOptionsValidator.FindForgeableOverHttp(issuer.Version, _baseUrl, options) ?? ClientOptionsValidator.FindPlainHttp(issuer.Version, _baseUrl, options);
        if (problem is not null) throw new ArgumentException(problem, nameof(options));
    }

    internal TrustedAppHandler(PinnedProvider provider, TrustedAppClientOptions options, TimeProvider? time, ILogger<TrustedAppHandler>? logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_provider, _options, _time, _logger) = (provider, options, time ?? TimeProvider.System, logger ?? NullLogger<TrustedAppHandler>.Instance);
        _baseUrl = BaseUrl.Parse(options.BaseUrl ?? "");
        if (ClientOptionsValidator.FindOutOfRange(options) is { } problem) throw new ArgumentException(problem, nameof(options));
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
    /// <exception cref="InvalidOperationException">No user is given, there is more content than can be bound, or an inner handler follows redirects or keeps cookies.</exception>
    /// <exception cref="ArgumentException">The user cannot be sent safely.</exception>
    /// <exception cref="CertificateException">The provider's certificate cannot be fetched, or is not the pinned one.</exception>
    /// <exception cref="TrustedAppException">The provider refused, and <see cref="TrustedAppClientOptions.ThrowOnRejection"/> is set.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireSafeInnerHandler();

        if (request.RequestUri is null || !_baseUrl.Covers(request.RequestUri))
        {
            RemoveHeaders(request);
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        AssertionIssuer issuer = await _provider.GetIssuerAsync(cancellationToken).ConfigureAwait(false);
        (HttpResponseMessage response, TrustedAppError? error) =
            await SendIssuedAsync(request, issuer, FindUser(request), cancellationToken).ConfigureAwait(false);

        if (!_options.ThrowOnRejection || error is null) return response;
        using (response) throw new TrustedAppException(error, response.StatusCode);
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

    // Null when the application is to act as itself, which has to be said.
    private string? FindUser(HttpRequestMessage request) => request.IsOnOwnBehalf()
        ? null
        : request.FindUser() ?? _options.CurrentUser?.Invoke()
            ?? throw new InvalidOperationException("A trusted request needs a user: call OnBehalfOf on the request, or set TrustedAppClientOptions.CurrentUser.");

    private async Task<(HttpResponseMessage Response, TrustedAppError? Error)> SendIssuedAsync(
        HttpRequestMessage request, AssertionIssuer issuer, string? user, CancellationToken cancellationToken)
    {
        int redirects = 0;
        bool isRetry = false;
        while (true)
        {
            ContentBinding content = issuer.Version.Traits.BindsContent
                ? await ContentBuffering.BindAsync(request, _options, cancellationToken).ConfigureAwait(false)
                : default;
            AssertionHeaders headers = await issuer
                .IssueAsync(user, SignedUrl.Of(request), HttpMethod.Parse(request.Method.Method).Method, content, cancellationToken)
                .ConfigureAwait(false);
            SetHeaders(request, headers);
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

            TrustedAppError? error = ResponseError.Find(response);
            if (error is not null && issuer.Version.Traits.NeedsKeyGrant) AdjustAfterRejection(request, response, issuer, headers, error.Code);
            if (redirects < _options.MaxRedirects && RedirectPolicy.TryFollow(request, response, _baseUrl))
            {
                redirects++;
            }
            else if (!isRetry && RetryPolicy.ShouldRetry(request, response, error, _options.MaxRetryDelay, _time, out TimeSpan delay))
            {
                isRetry = true;
                await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                return (response, error);
            }

            response.Dispose();
        }
    }

    // The next request gets a new key grant where this one may be the reason, and the provider's time where this clock may be.
    private void AdjustAfterRejection(
        HttpRequestMessage request, HttpResponseMessage response, AssertionIssuer issuer, in AssertionHeaders headers, ErrorCode code)
    {
        if (code is not (ErrorCode.BadGrant or ErrorCode.OldAssertion or ErrorCode.FutureAssertion)) return;

        issuer.Discard(headers);
        if (code == ErrorCode.BadGrant)
        {
            _provider.SuspectCertificate();
        }
        else if (ClockCorrection.TryFind(request, response, _options.MaxClockCorrection, _time.GetUtcNow(), out TimeSpan correction))
        {
            CorrectClock(issuer, correction);
        }
    }

    private void CorrectClock(AssertionIssuer issuer, TimeSpan correction)
    {
        bool isFirst = issuer.ClockCorrection == TimeSpan.Zero;
        issuer.ClockCorrection = correction;
        if (isFirst) _logger.ClockCorrected(_baseUrl.Text, correction);
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
