using System.Net;
using System.Net.Http.Headers;
using TrustedApps.Text;

namespace TrustedApps.Certificates;

/// <summary>
/// Fetches the certificate of another application from its base URL (specification version-4.md, section 2): without
/// redirects to another origin, cookies or credentials; with status 200, the right content type, at most 64 KiB and a
/// timeout; never from link-local or cloud metadata addresses. The certificate is not trusted yet: compare its
/// fingerprint.
/// </summary>
public sealed class CertificateClient : IDisposable
{
    private const int MaxLength = 65_536; // bytes
    private const int MaxRedirects = 3;

    /// <summary>
    /// The name of the <see cref="HttpClient"/> that fetches all certificates of a host. Configure it for a proxy, a
    /// certificate authority or a client certificate; see
    /// <see cref="Microsoft.Extensions.DependencyInjection.CertificateClientServiceCollectionExtensions.AddTrustedAppCertificateClient"/>.
    /// </summary>
    public const string HttpClientName = "TrustedApps.Certificates";

    private const string TlsAdvice =
        $" Does the server at this port speak https, and does this host trust the authority of its TLS certificate? Trust an authority of your own on the HttpClient '{HttpClientName}', or in the tool with --ca.";

    private readonly CertificateClientOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient? _own; // null if a factory makes the clients

    /// <summary>Creates a client.</summary>
    /// <param name="options">The options.</param>
    /// <param name="time">The clock of the timeout, and of the date in certificates.</param>
    public CertificateClient(CertificateClientOptions? options = null, TimeProvider? time = null)
    {
        (_options, _time) = (options ?? new CertificateClientOptions(), time ?? TimeProvider.System);
        if (_options.HttpClientFactory is not null) return;
        var handler = new SocketsHttpHandler();
        _options.ConfigureHandler?.Invoke(handler);
        CertificateHandler.Secure(handler);
        _own = new HttpClient(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
    }

    /// <summary>Fetches the version 4 certificate of an application.</summary>
    /// <param name="baseUrl">The application's base URL, or the address of the document itself.</param>
    /// <param name="cancellationToken">Cancels the fetch.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="CertificateException">
    /// The certificate cannot be fetched or read; the message says why.
    /// </exception>
    public Task<ApplicationCertificate> FetchAsync(Uri baseUrl, CancellationToken cancellationToken = default) =>
        FetchAsync(
            baseUrl,
            ApplicationCertificate.Path,
            ApplicationCertificate.MediaType,
            ReadCertificate,
            cancellationToken
        );

    /// <summary>Fetches the legacy certificate document of an application.</summary>
    /// <param name="baseUrl">The application's base URL, or the address of the document itself.</param>
    /// <param name="cancellationToken">Cancels the fetch.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="CertificateException">
    /// The certificate cannot be fetched or read; the message says why.
    /// </exception>
    public Task<LegacyCertificate> FetchLegacyAsync(Uri baseUrl, CancellationToken cancellationToken = default) =>
        FetchAsync(baseUrl, LegacyCertificate.Path, "text/plain", ReadLegacy, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _own?.Dispose();

    private (ApplicationCertificate?, string?) ReadCertificate(byte[] document) =>
        ApplicationCertificate.TryRead(
            document,
            _time.GetUtcNow(),
            out ApplicationCertificate? certificate,
            out string? problem
        )
            ? (certificate, null)
            : (null, problem);

    private static (LegacyCertificate?, string?) ReadLegacy(byte[] document) =>
        LegacyCertificate.TryRead(document, out LegacyCertificate? certificate, out string? problem)
            ? (certificate, null)
            : (null, problem);

    private async Task<T> FetchAsync<T>(
        Uri baseUrl,
        string path,
        string mediaType,
        Func<byte[], (T? Certificate, string? Problem)> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        Uri url = RequireSafe(baseUrl, path);
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var route = new CertificateRoute(_options.AllowPrivateAddresses);
        try
        {
            (T? certificate, string? problem) = read(
                await DownloadAsync(url, mediaType, route, either.Token).ConfigureAwait(false)
            );
            return certificate ?? throw new CertificateException($"{url} serves no certificate. {problem}");
        }
        catch (OperationCanceledException)
            when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CertificateException(
                $"{url} did not answer within {_options.Timeout.TotalSeconds:0.#} s.{route.Advice}")
            {
                IsTransient = true,
            };
        }
        catch (HttpRequestException cause) when (cause.InnerException is CertificateException refused)
        {
            throw new CertificateException(refused.Message, cause); // by the rules for addresses
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            // it may contain text from the server
            string problem = LogSanitizer.Sanitize(cause.GetBaseException().Message);
            string advice = IsFaultOfTls(cause) ? TlsAdvice : route.Advice;
            throw new CertificateException($"{url} cannot be fetched: {problem.TrimEnd('.')}.{advice}", cause)
            {
                IsTransient = true,
            };
        }
    }

    private static bool IsFaultOfTls(Exception cause) =>
        cause is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError };

    private Uri RequireSafe(Uri url, string path)
    {
        if (!url.IsAbsoluteUri)
        {
            throw new CertificateException(
                $"{url} is not a valid base URL of an application. A base URL is http or https without user info, query and fragment."
            );
        }

        string text = url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        if (text.EndsWith(path, StringComparison.Ordinal)) text = text[..^path.Length];
        if (!BaseUrl.TryParse(text, out BaseUrl? baseUrl))
        {
            throw new CertificateException(
                $"{WithoutUserInfo(url)} is not a valid base URL of an application. A base URL is http or https without user info, query and fragment."
            );
        }

        if (!baseUrl.IsProtected && !_options.AllowHttp)
        {
            throw new CertificateException(
                $"{text} is plain http, so others on the network path can replace the certificate. Use https."
            );
        }

        return new Uri(text + path);
    }

    private static string WithoutUserInfo(Uri url) =>
        url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    private async Task<byte[]> DownloadAsync(
        Uri url, string mediaType, CertificateRoute route, CancellationToken cancellationToken)
    {
        using HttpClient? made = _options.HttpClientFactory?.CreateClient(HttpClientName);
        HttpClient http = made ?? _own!;
        for (int redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Options.Set(CertificateRoute.Key, route);
            using HttpResponseMessage response = await http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if (response.Headers.Location is { } location && (int)response.StatusCode is >= 300 and < 400)
            {
                if (
                    redirects == MaxRedirects
                    || !Uri.TryCreate(url, location, out Uri? target)
                    || !IsSameOrigin(url, target)
                )
                {
                    throw new CertificateException(
                        $"{url} redirects elsewhere, which is not followed. Use the application's own base URL."
                    );
                }

                url = target;
                continue;
            }

            RequireCertificate(url, mediaType, response);
            return await ReadAsync(url, response.Content, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsSameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase)
            == 0
        && other.UserInfo.Length == 0;

    private static void RequireCertificate(Uri url, string mediaType, HttpResponseMessage response)
    {
        MediaTypeHeaderValue? type = response.Content.Headers.ContentType;
        if (response.StatusCode != HttpStatusCode.OK)
        {
            int status = (int)response.StatusCode;
            string hint = status switch
            {
                404 => " If an application runs there, does it call MapTrustedAppCertificate()?",
                401 or 403 => " The certificate is public: let the application, or the proxy in front, serve it without a login.",
                _ => "",
            };
            throw new CertificateException($"{url} answers {status}, not 200.{hint}")
            {
                StatusCode = status,
                IsTransient = status is >= 500 or 408 or 429,
            };
        }

        if (!string.Equals(type?.MediaType, mediaType, StringComparison.OrdinalIgnoreCase))
        {
            string other = LogSanitizer.Sanitize(type?.MediaType);
            throw new CertificateException(
                $"{url} answers with {(other.Length == 0 ? "no content type" : other)} instead of {mediaType}. Is it the base URL of the application, and does the application call MapTrustedAppCertificate()?"
            )
            {
                OtherContentType = other,
            };
        }

        if (response.Content.Headers.ContentEncoding.Count > 0)
        {
            throw new CertificateException($"{url} answers with encoded content.");
        }
    }

    private static async Task<byte[]> ReadAsync(Uri url, HttpContent content, CancellationToken cancellationToken)
    {
        using Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[MaxLength + 1];
        int length = await stream
            .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        return length <= MaxLength
            ? buffer[..length]
            : throw new CertificateException($"{url} answers with more than 64 KiB.");
    }
}
