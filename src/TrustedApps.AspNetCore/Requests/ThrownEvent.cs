using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// A feature of a request of which an event has thrown. Middleware may run the pipeline again for an error page: the
/// assertion is not verified again, which would find it replayed, and the page is served to an anonymous user.
/// </summary>
internal sealed class ThrownEvent
{
    private static readonly ThrownEvent _instance = new();

    private ThrownEvent()
    {
    }

    public static void Note(HttpContext context) => context.Features.Set(_instance);

    public static bool IsOf(HttpContext context) => context.Features.Get<ThrownEvent>() is not null;
}
