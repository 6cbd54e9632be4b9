using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// The Cache-Control of a trusted request as it arrived. <see cref="PrivateResponse.ForbidResponseCaching"/> puts
/// another in its place before the first middleware; an assertion binds the one that arrived.
/// </summary>
internal sealed class ReceivedCacheControl
{
    private readonly StringValues _value;

    private ReceivedCacheControl(StringValues value) => _value = value;

    /// <summary>Puts ours in its place, and keeps it.</summary>
    public static void Replace(HttpContext context)
    {
        context.Features.Set(new ReceivedCacheControl(context.Request.Headers.CacheControl));
        PrivateResponse.ForbidResponseCaching(context.Request);
    }

    /// <summary>Puts it back until the result is disposed of. No response may start in between.</summary>
    public static Restored Restore(HttpContext context)
    {
        HttpRequest request = context.Request;
        ReceivedCacheControl? received = context.Features.Get<ReceivedCacheControl>();
        if (received is not null) request.Headers.CacheControl = received._value;
        return new Restored(request);
    }

    public readonly struct Restored(HttpRequest request) : IDisposable
    {
        public void Dispose() => PrivateResponse.ForbidResponseCaching(request);
    }
}
