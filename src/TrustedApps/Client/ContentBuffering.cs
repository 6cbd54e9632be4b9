using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace TrustedApps.Client;

/// <summary>Binds the content of a request to its assertion. The size of content in memory is limited.</summary>
internal static class ContentBuffering
{
    private static readonly ConditionalWeakTable<HttpContent, object> _buffered = [];

    /// <exception cref="InvalidOperationException">The content is longer than the limit.</exception>
    public static async ValueTask<ContentBinding> BindAsync(
        HttpRequestMessage request,
        TrustedAppClientOptions options,
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
            await content.LoadIntoBufferAsync(options.MaxBufferedContent, cancellationToken).ConfigureAwait(false);
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

    private static InvalidOperationException TooLong(TrustedAppClientOptions options) =>
        new(
            $"The content of the request is longer than MaxBufferedContent ({options.MaxBufferedContent} bytes), so it cannot be bound to the assertion. Raise MaxBufferedContent here and at the provider."
        );
}
