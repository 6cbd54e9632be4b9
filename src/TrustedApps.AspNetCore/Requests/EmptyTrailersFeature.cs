using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>Hides trailers from the application: the assertion does not bind them.</summary>
internal sealed class EmptyTrailersFeature : IHttpRequestTrailersFeature
{
    public bool Available => true;

    public IHeaderDictionary Trailers => new HeaderDictionary();
}
