using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Protocols;
using TrustedApps.Text;

namespace TrustedApps.Client;

/// <summary>
/// Adds an assertion to the requests of an <see cref="HttpClient"/>: a new one each time that a request below the base
/// URL is sent. Other requests get none.
/// </summary>
/// <remarks>
/// The inner handler must follow no redirects and keep no cookies; <see cref="CreateInnerHandler"/> makes one.
/// </remarks>
/// <example>
/// <code>
/// var issuer = new AssertionIssuer(wikiKeys, trackerCertificate, BaseUrl.Parse("https://tracker.example"));
/// var options = new TrustedAppClientOptions { BaseUrl = "https://tracker.example", ThrowOnRejection = true };
/// using var client = new HttpClient(
///     new TrustedAppHandler(issuer, options) { InnerHandler = TrustedAppHandler.CreateInnerHandler() });
/// </code>
/// </example>
public sealed class TrustedAppHandler : DelegatingHandler
{
    private static readonly TrustedAppError _unconfirmed = new(
        ErrorCode.Unknown,
        "The response does not say that the provider accepted the request, and RequireConfirmation demands that. Does the provider look at the headers, and does a proxy pass X-Seraph-Trusted-App-Status on?"
    );

    // A request that is cancelled earlier says nothing of the provider.
    private static readonly TimeSpan _longSilence = TimeSpan.FromSeconds(10);

    private readonly IIssuerSource _issuers;
    private readonly TrustedAppClientOptions _options;
    private readonly BaseUrl _baseUrl;
    private readonly ClientTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _isInnerHandlerChecked;

    /// <summary>Creates the handler.</summary>
    /// <param name="issuer">Issues the assertions; shared by all handlers of one application and provider.</param>
    /// <param name="options">The base URL of the provider, and the reactions to redirects and rejections.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives the events 30 (ClockCorrected) and 33 to 35.</param>
    /// <exception cref="ArgumentException">
    /// The base URL is missing or not in normal form, an option is outside its range or not for the version of the
    /// issuer, or the version is not allowed over plain http.
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
            ?? ClientOptionsValidator.FindPlainHttp(issuer.Version, _baseUrl, options)
            ?? ClientOptionsValidator.FindNewerThan(issuer.Version, options);
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
        _telemetry = new ClientTelemetry(_baseUrl);
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
    /// The request names no user; it says on whose behalf it is made and is not below the base URL; its content is too
    /// long to bind; or an inner handler follows redirects or keeps cookies, or decompresses where proofs are required.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The user, an actor, a scope or a bound header cannot be sent safely.
    /// </exception>
    /// <exception cref="CertificateException">
    /// The provider's certificate is not the pinned one, or cannot be read.
    /// </exception>
    /// <exception cref="HttpRequestException">
    /// The network failed, also when the provider's certificate was fetched; or the private key, which is not in this
    /// process, could not be used: the inner exception is a <see cref="PrivateKeyException"/> or
    /// <see cref="TimeoutException"/>, and the request was not sent.
    /// </exception>
    /// <exception cref="TrustedAppException">
    /// The provider rejected the request, and <see cref="TrustedAppClientOptions.ThrowOnRejection"/> is set; or it did
    /// not say that it accepted the request, and <see cref="TrustedAppClientOptions.RequireConfirmation"/> is set.
    /// </exception>
    /// <exception cref="TrustedAppUnavailableException">
    /// The provider cannot decide at the moment, and <see cref="TrustedAppClientOptions.ThrowOnRejection"/> is set.
    /// </exception>
    /// <exception cref="ResponseProofException">
    /// The provider has not proven the response, and <see cref="TrustedAppClientOptions.RequireResponseProof"/> is set.
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
            RequireNoUser(request);
            RemoveHeaders(request);
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        (HttpResponseMessage response, ProviderAnswer answer) =
            await SendIssuedAsync(request, cancellationToken).ConfigureAwait(false);
        if (FindFailure(request, response, answer) is not { } failure) return response;
        using (response) throw failure;
    }

    private Exception? FindFailure(
        HttpRequestMessage request, HttpResponseMessage response, in ProviderAnswer answer)
    {
        if (answer.Problem is not null)
        {
            return new ResponseProofException(answer.Describe(response, _time.GetUtcNow()));
        }

        if (answer.Error is not { } error)
        {
            bool isUnconfirmed = !IsFaultOfServer(response.StatusCode) && !answer.IsConfirmed;
            if (!isUnconfirmed) return null;
            if (_options.RequireConfirmation) return new TrustedAppException(_unconfirmed, response.StatusCode);
            WarnOfUnconfirmed(request, response);
            return null;
        }

        if (!_options.ThrowOnRejection) return null;
        return error.Code == ErrorCode.Unavailable && !RejectionAnswer.IsAfterContent(error)
            ? new TrustedAppUnavailableException(
                error, response.StatusCode, RetryPolicy.FindDelay(response, _time))
            : new TrustedAppException(error, response.StatusCode);
    }

    private void WarnOfUnconfirmed(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (!_logger.IsEnabled(LogLevel.Warning) || !_issuers.TryWarn(ClientWarning.Unconfirmed)) return;
        string url = LogSanitizer.Sanitize(SignedUrl.ForPeople(request.RequestUri!));
        _logger.ResponseUnconfirmed(url, (int)response.StatusCode, RemedyFor((int)response.StatusCode));
    }

    // 494 is nginx's own
    private static string RemedyFor(int status) => status is 431 or 494
        ? "The server there, or a proxy in front of it, refuses this amount of headers: let it allow 16 KB of them in a request (Kestrel: MaxRequestHeadersTotalSize; nginx: large_client_header_buffers)."
        : "Does the application there call AddTrustedApps and UseAuthentication, is BaseUrl its own, and does each proxy let the headers that begin with X-Seraph-Trusted-App- pass in both directions?";

    // Of a server or proxy in front, which is no result that could be taken for the user's.
    private static bool IsFaultOfServer(HttpStatusCode status) => (int)status is >= 500 or 408 or 429;

    // Intent that the code states must not be lost without a trace. CurrentUser may belong to other requests.
    private void RequireNoUser(HttpRequestMessage request)
    {
        if (request.FindUser() is null && !request.IsOnOwnBehalf() && _options.CurrentUser is null) return;

        string url = LogSanitizer.Sanitize(
            request.RequestUri is { IsAbsoluteUri: true } uri ? SignedUrl.ForPeople(uri) : "no URL");
        if (request.FindUser() is null && !request.IsOnOwnBehalf())
        {
            if (_issuers.TryWarn(ClientWarning.OutsideBaseUrl)) _logger.RequestOutsideBaseUrl(url, _baseUrl.Text);
            return;
        }

        throw new InvalidOperationException(
            $"The request to {url} says on whose behalf it is made, but it is not below BaseUrl {_baseUrl}, so it would be sent without an assertion. Correct its URL (or the client's BaseAddress), or BaseUrl. If it is meant for another server, send it without OnBehalfOf and OnOwnBehalf."
        );
    }

    private static void SetHeaders(HttpRequestMessage request, in IssuedAssertion issued)
    {
        RemoveHeaders(request); // of an earlier attempt, or of an incoming request that is passed on
        foreach ((string name, string value) in issued.Headers.Enumerate())
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // the provider proves the content as it sends it; a proxy would compress it
        if (issued.Verifier is null || request.Headers.NonValidated.Contains("Accept-Encoding")) return;
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
    }

    private static void RemoveHeaders(HttpRequestMessage request)
    {
        foreach (string name in AssertionHeaders.Names) request.Headers.Remove(name);
    }

    // A key elsewhere that fails is a fault of the network, as resilience handlers see it.
    private static async ValueTask<IssuedAssertion> IssueAsync(
        AssertionIssuer issuer, OutgoingRequest request, KeyGrantTrial trial, CancellationToken cancellationToken)
    {
        try
        {
            return await issuer.IssueAsync(request, trial, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is PrivateKeyException or TimeoutException)
        {
            string problem = cause is TimeoutException
                ? "its private key, which is not in this process, did not answer within 10 seconds."
                : cause.Message;
            throw new HttpRequestException(
                $"The request was not sent, because '{issuer.Keys.Id}' could not sign it: {problem}", cause);
        }
    }

    private async Task<(HttpResponseMessage Response, ProviderAnswer Answer)> SendIssuedAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        OutgoingRequest claims = RequestClaims.Of(request, _options);
        int redirects = 0;
        bool isRetry = false, isRepeated = false;
        while (true)
        {
            // Each attempt asks anew: keys or the provider's certificate may have changed since the one before.
            AssertionIssuer issuer = await GetIssuerAsync(cancellationToken).ConfigureAwait(false);
            ContentBinding content = issuer.Version.Traits.BindsContent
                ? await ContentBuffering
                    .BindAsync(request, _options, _time, _issuers, _logger, cancellationToken)
                    .ConfigureAwait(false)
                : default;
            OutgoingRequest asserted = claims.WithSentParts(request, _options) with { Content = content };
            IssuedAssertion issued = await IssueAsync(
                issuer, asserted, FindTrial(request, isRepeated), cancellationToken).ConfigureAwait(false);
            SetHeaders(request, issued);
            HttpResponseMessage response =
                await SendAsync(request, issuer, issued, cancellationToken).ConfigureAwait(false);

            var answer = ProviderAnswer.Read(response, issued.Verifier, _options.AllowUnprovenContent);
            KeyGrantAnswer ofGrant = issued.Grant is null
                ? KeyGrantAnswer.Unknown
                : RejectionAnswer.OfKeyGrant(answer, issued.NamesGrant);
            _telemetry.RecordAnswer(issuer.Version, answer, ofGrant);
            bool canGoBack = issuer.Answered(issued, ofGrant);
            if (ofGrant == KeyGrantAnswer.Rejected) AdjustAfterRejection(request, response, issuer, answer);

            // a refusal may come as a redirect, such as to an error page
            bool mayRedirect = answer is { IsTaken: true, Error: null } && redirects < _options.MaxRedirects;
            if (mayRedirect && RedirectPolicy.TryFollow(request, response, _baseUrl))
            {
                redirects++;
            }
            else if (
                ofGrant == KeyGrantAnswer.Needed
                || (canGoBack && ofGrant == KeyGrantAnswer.Unavailable && RetryPolicy.CanSendAgain(request))
            )
            {
                // At once, with the key grant that was named, or with the one before, which is good. The second try is
                // still there: it may be for another reason that the provider was unavailable.
                isRepeated = true;
            }
            else if (
                !isRetry
                && RetryPolicy.ShouldRetry(
                    request, response, answer.Error, _options.MaxRetryDelay, _time, out TimeSpan delay)
            )
            {
                isRetry = isRepeated = true;
                await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                return (response, answer);
            }

            response.Dispose();
        }
    }

    // What is sent again carries its key grant, so it is neither asked for it twice nor tries a second one.
    private static KeyGrantTrial FindTrial(HttpRequestMessage request, bool isRepeated) =>
        isRepeated ? KeyGrantTrial.Never
        : RetryPolicy.CanSendAgain(request) ? KeyGrantTrial.Allowed
        : KeyGrantTrial.Urgent;

    // A fetch of the provider's certificate that may succeed next time is a fault of the network like any other.
    private async ValueTask<AssertionIssuer> GetIssuerAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _issuers.GetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CertificateException cause)
        {
            _issuers.Contact.Failed(_time.GetUtcNow(), cause.Message);
            if (!cause.IsTransient) throw;
            throw new HttpRequestException(cause.Message, cause, (HttpStatusCode?)cause.StatusCode);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        AssertionIssuer issuer,
        IssuedAssertion issued,
        CancellationToken cancellationToken
    )
    {
        bool isAnswered = false;
        long sentAt = _time.GetTimestamp();
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            isAnswered = true;
            _issuers.Contact.Answered(_time.GetUtcNow());
            return response;
        }
        catch (HttpRequestException failure)
        {
            _issuers.Contact.Failed(_time.GetUtcNow(), failure.Message);
            throw;
        }
        catch (OperationCanceledException) when (_time.GetElapsedTime(sentAt) >= _longSilence)
        {
            _issuers.Contact.Failed(_time.GetUtcNow(), "No answer came before the request was cancelled.");
            throw;
        }
        finally
        {
            if (!isAnswered) issuer.Answered(issued, KeyGrantAnswer.Unknown);
        }
    }

    // The next request gets the provider's time where this clock may be the reason, and its new keys where they may be.
    private void AdjustAfterRejection(
        HttpRequestMessage request,
        HttpResponseMessage response,
        AssertionIssuer issuer,
        in ProviderAnswer answer
    )
    {
        if (answer.Error?.Code is not (ErrorCode.OldAssertion or ErrorCode.FutureAssertion))
        {
            _issuers.SuspectCertificate();
        }
        else if (ClockCorrection.FindClock(answer, request, response) is { } clock)
        {
            TimeSpan correction = clock - _time.GetUtcNow();
            bool isWithinLimit = correction.Duration() <= _options.MaxClockCorrection;
            if (isWithinLimit && _options.MaxClockCorrection > TimeSpan.Zero) CorrectClock(issuer, correction);
        }
    }

    private void CorrectClock(AssertionIssuer issuer, TimeSpan correction)
    {
        bool isFirst = issuer.ClockCorrection == TimeSpan.Zero;
        if (!issuer.TryCorrectClock(correction)) return;
        if (isFirst) _logger.ClockCorrected(_baseUrl.Text, correction);
    }

    private void RequireSafeInnerHandler()
    {
        if (_isInnerHandlerChecked) return;
        string? problem = InnerHandlers.FindProblem(InnerHandler, _options.RequireResponseProof);
        if (problem is not null) throw new InvalidOperationException(problem);
        _isInnerHandlerChecked = true;
    }
}
