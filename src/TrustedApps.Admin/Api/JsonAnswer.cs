using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace TrustedApps.Admin.Api;

/// <summary>An answer in JSON. The host's own settings for JSON do not change it.</summary>
internal sealed class JsonAnswer<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) : IResult
{
    public string? ETag { get; init; }

    public string? Location { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = status;
        if (ETag is not null) response.Headers.ETag = ETag;
        if (Location is not null) response.Headers.Location = Location;
        return response.WriteAsJsonAsync(value, type, JsonBody.MediaType, httpContext.RequestAborted);
    }
}
