using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.Admin.Api;

/// <summary>The version of a trust as an entity tag (RFC 9110, section 8.8.3): the number in quotes.</summary>
internal static class EntityTag
{
    public static string Of(long version) => $"\"{version}\"";

    /// <summary>The version that a change began with.</summary>
    /// <exception cref="ProblemException">None is named, or one that no trust has.</exception>
    public static long Require(HttpRequest request) => Read(request)
        ?? throw new ProblemException(StatusCodes.Status428PreconditionRequired, "Say by If-Match which version of the trust you looked at: the ETag that came with it.");

    /// <summary>The version that a change began with; null where it is for whichever there is.</summary>
    /// <exception cref="ProblemException">One is named that no trust has.</exception>
    public static long? Read(HttpRequest request)
    {
        StringValues tags = request.Headers.IfMatch;
        if (tags.Count == 0 || tags == "*") return null;

        string tag = tags.ToString();
        bool isVersion = long.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out long version) && Of(version) == tag;
        return isVersion
            ? version
            : throw new ProblemException(StatusCodes.Status412PreconditionFailed, "If-Match is to be one ETag as it came with the trust, such as \"3\".");
    }
}
