using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TrustedApps.Text;

namespace TrustedApps.Client;

/// <summary>Binds the content of a request to its assertion. The size of content in memory is limited.</summary>
internal static class ContentBuffering
{
    private static readonly TimeSpan _long = TimeSpan.FromSeconds(5);

    private static readonly ConditionalWeakTable<HttpContent, object> _buffered = [];

    /// <summary>Reads the content into memory and takes its digest.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">The client's options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="issuers">Whether the client has logged it already.</param>
    /// <param name="logger">Receives event 33, if it takes long.</param>
    /// <param name="cancellationToken">Cancelled when the request is.</param>
    /// <exception cref="InvalidOperationException">The content is longer than the limit.</exception>
    public static async ValueTask<ContentBinding> BindAsync(
        HttpRequestMessage request,
        TrustedAppClientOptions options,
        TimeProvider time,
        IIssuerSource issuers,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        if (request.Content is not { } content) return default;

        // reading it normalizes the header, so that must happen before the content is bound
        _ = content.Headers.ContentType;
        string? type = content.Headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues values)
            ? values.ToString()
            : null;
        long? length = content.Headers.ContentLength;
        if (options.AllowUnboundContent && (length is null || length > options.MaxBufferedContent))
        {
            return ContentBinding.Unbound(type);
        }

        if (length > options.MaxBufferedContent) throw TooLong(options);

        try
        {
            Task loading = content.LoadIntoBufferAsync(options.MaxBufferedContent, cancellationToken);
            if (!loading.IsCompletedSuccessfully)
            {
                await WaitAsync(loading, request, time, issuers, logger, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (HttpRequestException cause) when (cause.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw TooLong(options);
        }

        _buffered.AddOrUpdate(content, content);
        return ContentBinding.Of(await content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), type);
    }

    /// <summary>Whether the content was read into memory, so that it can be sent again.</summary>
    public static bool IsBuffered(HttpContent content) => _buffered.TryGetValue(content, out _);

    // Content may ignore the token, and may never end by itself: that of a duplex call waits for the response.
    private static async Task WaitAsync(
        Task loading,
        HttpRequestMessage request,
        TimeProvider time,
        IIssuerSource issuers,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await loading.WaitAsync(_long, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!loading.IsFaulted)
        {
            if (issuers.TryWarn(ClientWarning.ContentTakesLong))
            {
                logger.ContentTakesLong(
                    LogSanitizer.Sanitize(SignedUrl.ForPeople(request.RequestUri!)), (int)_long.TotalSeconds);
            }

            await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static InvalidOperationException TooLong(TrustedAppClientOptions options) =>
        new(
            $"The content of the request is longer than MaxBufferedContent ({options.MaxBufferedContent} bytes), so it cannot be bound to the assertion. Raise MaxBufferedContent here and at the provider."
        );
}
