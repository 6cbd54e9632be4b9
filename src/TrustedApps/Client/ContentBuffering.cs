using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace TrustedApps.Client;

/// <summary>Binds the content of a request to its assertion, holding no more of it in memory than allowed.</summary>
internal static class ContentBuffering
{
    private static readonly ConditionalWeakTable<HttpContent, object> _buffered = [];

    /// <exception cref="InvalidOperationException">There is more content than may be held in memory.</exception>
    public static async ValueTask<ContentBinding> BindAsync(HttpRequestMessage request, TrustedAppClientOptions options, CancellationToken cancellationToken)
    {
        if (request.Content is not { } content) return default;

        _ = content.Headers.ContentType; // whoever reads it changes its spelling: now, rather than after it is bound
        string? type = content.Headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues values) ? values.ToString() : null;
        long? length = content.Headers.ContentLength;
        if (options.AllowUnboundContent && (length is null || length > options.MaxBufferedContent)) return ContentBinding.Unbound(type);
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

    /// <summary>Whether content was read into memory, and so gives the same bytes a second time.</summary>
    public static bool IsBuffered(HttpContent content) => _buffered.TryGetValue(content, out _);

    private static InvalidOperationException TooLong(TrustedAppClientOptions options) => new(
        $"The content is longer than the {options.MaxBufferedContent} bytes that are held in memory to bind it to the assertion, or of unknown length. Raise MaxBufferedContent, which the provider has to take, too; or set AllowUnboundContent, which the provider has to allow.");
}
