using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TrustedApps.AspNetCore.Responses;

/// <summary>
/// The server's response, which has started for the application as soon as it has written something, held back or not:
/// middleware must not write a second response behind it.
/// </summary>
internal sealed class ProvenResponseFeature(IHttpResponseFeature inner, ProvenBody body) : IHttpResponseFeature
{
    public int StatusCode
    {
        get => inner.StatusCode;
        set => inner.StatusCode = value;
    }

    public string? ReasonPhrase
    {
        get => inner.ReasonPhrase;
        set => inner.ReasonPhrase = value;
    }

    public IHeaderDictionary Headers
    {
        get => inner.Headers;
        set => inner.Headers = value;
    }

    [Obsolete("Use IHttpResponseBodyFeature.Stream instead.")]
    public Stream Body
    {
        get => body.Stream;
        set => throw new NotSupportedException("Set HttpResponse.Body.");
    }

    public bool HasStarted => inner.HasStarted || body.HasBegun;

    public void OnStarting(Func<object, Task> callback, object state) => inner.OnStarting(callback, state);

    public void OnCompleted(Func<object, Task> callback, object state) => inner.OnCompleted(callback, state);
}
