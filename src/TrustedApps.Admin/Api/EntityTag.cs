using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.Admin.Api;

/// <summary>The version of a trust as an entity tag (RFC 9110, section 8.8.3): the number in quotes.</summary>
internal static class EntityTag
{
    public static string Of(long version) => $"\"{version}\"";

    /// <summary>The version that a change began with.</summary>
    /// <exception cref="ProblemException">The header is missing, or is not an entity tag of a trust.</exception>
    public static long Require(HttpRequest request) =>
        Read(request)
        ?? throw new ProblemException(
            StatusCodes.Status428PreconditionRequired,
            "Set If-Match to the version of the trust that you saw: the ETag that came with it."
        );

    /// <summary>The version that a change began with; null for the present one.</summary>
    /// <exception cref="ProblemException">The header is not an entity tag of a trust.</exception>
    public static long? Read(HttpRequest request)
    {
        StringValues tags = request.Headers.IfMatch;
        if (tags.Count == 0 || tags == "*") return null;

        string tag = tags.ToString();
        bool isVersion =
            long.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            && Of(version) == tag;
        return isVersion
            ? version
            : throw new ProblemException(
                StatusCodes.Status412PreconditionFailed,
                "If-Match must be one ETag as it came with the trust, such as \"3\"."
            );
    }
}
