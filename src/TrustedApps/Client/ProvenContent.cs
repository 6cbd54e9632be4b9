using System.Net;
using System.Net.Http.Headers;
using TrustedApps.Responses;

namespace TrustedApps.Client;

/// <summary>
/// The content of a response, verified as it is read and never held in memory for that: what reaches its end is the
/// content that the provider has proven.
/// </summary>
internal sealed class ProvenContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly ContentProof _proof;
    private bool _isConsumed;

    /// <param name="response">The response, which still has the content as it was received.</param>
    /// <param name="proof">The proof in its header.</param>
    /// <param name="verifier">Verifies the proof in its trailer.</param>
    public ProvenContent(HttpResponseMessage response, ResponseProof proof, ResponseVerifier verifier)
    {
        _content = response.Content;
        _proof = new ContentProof(response, proof, verifier);
        foreach ((string name, HeaderStringValues values) in _content.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Stream content = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            await content.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void SerializeToStream(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using Stream content = CreateContentReadStream(cancellationToken);
        content.CopyTo(stream);
    }

    protected override Task<Stream> CreateContentReadStreamAsync() =>
        CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
    {
        RequireFirstUse();
        return Verify(await _content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
    {
        RequireFirstUse();
        return Verify(_content.ReadAsStream(cancellationToken));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _content.Headers.ContentLength ?? 0;
        return _content.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _content.Dispose();
        base.Dispose(disposing);
    }

    private ProvenStream Verify(Stream content) => new(content, _proof, Headers.ContentLength);

    // As HttpClient says it of content that was not read into memory.
    private void RequireFirstUse()
    {
        if (_isConsumed) throw new InvalidOperationException("The content was read already. It cannot be read again.");
        _isConsumed = true;
    }
}
