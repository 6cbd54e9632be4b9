using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrustedApps.Certificates;

namespace TrustedApps.Client;

/// <summary>
/// Adds an assertion to the requests of an <see cref="HttpClient"/>: a new one each time that a request below the base
/// URL is sent. Other requests get none.
/// </summary>
/// <remarks>
/// The inner handler must follow no redirects and keep no cookies; <see cref="CreateInnerHandler"/> makes one.
/// </remarks>
public sealed class TrustedAppHandler : DelegatingHandler
{
    private readonly IIssuerSource _issuers;
    private readonly TrustedAppClientOptions _options;
    private readonly BaseUrl _baseUrl;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _isInnerHandlerChecked;

    /// <summary>Creates the handler.</summary>
    /// <param name="issuer">Issues the assertions; shared by all handlers of one application and provider.</param>
    /// <param name="options">The base URL of the provider, and the reactions to redirects and rejections.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives event 30, the correction of the clock.</param>
    /// <exception cref="ArgumentException">
    /// The base URL is missing or not in normal form, an option is outside its range, or the version is not allowed
    /// over plain http.
    /// </exception>
    public TrustedAppHandler(
        AssertionIssuer issuer,
        TrustedAppClientOptions options,
        TimeProvider? time = null,
        ILogger<TrustedAppHandler>? logger = null
    )
        : this(new FixedIssuerSource(issuer), options, time, logger)
    {
        string? problem =
            ClientOptionsValidator.FindForgeableOverHttp(issuer.Version, _baseUrl, options)
            ?? ClientOptionsValidator.FindPlainHttp(issuer.Version, _baseUrl, options);
        if (problem is not null) throw new ArgumentException(problem, nameof(options));
    }

    internal TrustedAppHandler(
        IIssuerSource issuers,
        TrustedAppClientOptions options,
        TimeProvider? time,
        ILogger<TrustedAppHandler>? logger
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        (_issuers, _options, _time, _logger) = (
            issuers,
            options,
            time ?? TimeProvider.System,
            logger ?? NullLogger<TrustedAppHandler>.Instance
        );
        _baseUrl = BaseUrl.Parse(options.BaseUrl ?? "");
        if (ClientOptionsValidator.FindOutOfRange(options) is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }
    }

    /// <summary>
    /// Creates an inner handler that follows no redirects and keeps no cookies, which would mix the sessions of users.
    /// </summary>
    /// <returns>A new handler.</returns>
    public static SocketsHttpHandler CreateInnerHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        RequestHeaderEncodingSelector = EncodingOf,
    };

    // Application ids may contain any letters; without this HttpClient rejects all but ASCII.
    internal static Encoding? EncodingOf(string headerName, HttpRequestMessage request) =>
        AssertionHeaders.Names.Contains(headerName, StringComparer.OrdinalIgnoreCase) ? Encoding.UTF8 : null;

    /// <summary>Not supported: only requests that are sent asynchronously get an assertion.</summary>
    /// <param name="request">Any request.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>Never.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException(
            "Trusted requests must be sent asynchronously: use SendAsync or another asynchronous method."
        );

    /// <summary>Sends a request, with an assertion if its URL is below the base URL.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The response.</returns>
    /// <exception cref="InvalidOperationException">
    /// The request names no user, the content is too long to bind, or an inner handler follows redirects or keeps
    /// cookies.
    /// </exception>
    /// <exception cref="ArgumentException">The user cannot be sent safely.</exception>
    /// <exception cref="CertificateException">The provider's certificate cannot be used, or is not the pinned one.</exception>
    /// <exception cref="HttpRequestException">
    /// The provider, or its certificate before the first request, cannot be reached at the moment.
    /// </exception>
    /// <exception cref="TrustedAppException">
    /// The provider rejected the request, and <see cref="TrustedAppClientOptions.ThrowOnRejection"/> is set.
    /// </exception>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireSafeInnerHandler();

        if (request.RequestUri is null || !_baseUrl.Covers(request.RequestUri))
        {
            RemoveHeaders(request);
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        (HttpResponseMessage response, TrustedAppError? error) =
            await SendIssuedAsync(request, FindUser(request), cancellationToken).ConfigureAwait(false);

        if (!_options.ThrowOnRejection || error is null) return response;
        using (response) throw new TrustedAppException(error, response.StatusCode);
    }

    private static void SetHeaders(HttpRequestMessage request, AssertionHeaders headers)
    {
        RemoveHeaders(request); // of an earlier attempt, or of an incoming request that is passed on
        foreach ((string name, string value) in headers.Enumerate())
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static void RemoveHeaders(HttpRequestMessage request)
    {
        foreach (string name in AssertionHeaders.Names) request.Headers.Remove(name);
    }

    // Null when the request says that the application acts as itself.
    private string? FindUser(HttpRequestMessage request) =>
        request.IsOnOwnBehalf()
            ? null
            : request.FindUser()
                ?? _options.CurrentUser?.Invoke()
                ?? throw new InvalidOperationException(
                    "A trusted request needs a user: call OnBehalfOf on the request, or set TrustedAppClientOptions.CurrentUser."
                );

    private async Task<(HttpResponseMessage Response, TrustedAppError? Error)> SendIssuedAsync(
        HttpRequestMessage request, string? user, CancellationToken cancellationToken)
    {
        int redirects = 0;
        bool isRetry = false;
        while (true)
        {
            // Each attempt asks anew: keys or the provider's certificate may have changed since the one before.
            AssertionIssuer issuer = await _issuers.GetAsync(cancellationToken).ConfigureAwait(false);
            ContentBinding content = issuer.Version.Traits.BindsContent
                ? await ContentBuffering.BindAsync(request, _options, cancellationToken).ConfigureAwait(false)
                : default;
            AssertionHeaders headers = await issuer
                .IssueAsync(
                    user,
                    SignedUrl.Of(request),
                    HttpMethod.Parse(request.Method.Method).Method,
                    content,
                    cancellationToken
                )
                .ConfigureAwait(false);
            SetHeaders(request, headers);
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

            TrustedAppError? error = ResponseError.Find(response);
            if (error is not null && issuer.Version.Traits.NeedsKeyGrant)
            {
                AdjustAfterRejection(request, response, issuer, headers, error.Code);
            }

            if (redirects < _options.MaxRedirects && RedirectPolicy.TryFollow(request, response, _baseUrl))
            {
                redirects++;
            }
            else if (
                !isRetry
                && RetryPolicy.ShouldRetry(request, response, error, _options.MaxRetryDelay, _time, out TimeSpan delay)
            )
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

    // The next request gets a new key grant where this one may be the reason, and the provider's time where this clock
    // may be.
    private void AdjustAfterRejection(
        HttpRequestMessage request,
        HttpResponseMessage response,
        AssertionIssuer issuer,
        in AssertionHeaders headers,
        ErrorCode code
    )
    {
        if (code is not (ErrorCode.BadGrant or ErrorCode.OldAssertion or ErrorCode.FutureAssertion)) return;

        issuer.Discard(headers);
        if (code == ErrorCode.BadGrant)
        {
            _issuers.SuspectCertificate();
        }
        else if (
            ClockCorrection.TryFind(
                request,
                response,
                _options.MaxClockCorrection,
                _time.GetUtcNow(),
                out TimeSpan correction
            )
        )
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
        bool isUnsafe =
            handler
            is SocketsHttpHandler { AllowAutoRedirect: true }
                or SocketsHttpHandler { UseCookies: true }
                or HttpClientHandler { AllowAutoRedirect: true }
                or HttpClientHandler { UseCookies: true };
        if (isUnsafe)
        {
            throw new InvalidOperationException(
                "AllowAutoRedirect and UseCookies of the primary HTTP handler must be false: otherwise assertions follow redirects to other hosts, and cookies mix the sessions of users. Use TrustedAppHandler.CreateInnerHandler."
            );
        }

        _isInnerHandlerChecked = true;
    }
}
