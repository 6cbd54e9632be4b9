using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>Trailers are not bound to the assertion, so the application gets none.</summary>
internal sealed class EmptyTrailersFeature : IHttpRequestTrailersFeature
{
    public bool Available => true;

    public IHeaderDictionary Trailers => new HeaderDictionary();
}
