using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace TrustedApps.Admin.Api;

/// <summary>
/// Reads the content of requests, strictly: a member that is misspelt or written twice is never dropped.
/// </summary>
internal static class JsonBody
{
    public const int MaxLength = 65_536; // bytes; a trust with hundreds of patterns has a tenth of it
    public const string MediaType = "application/json";
    public const string TooLong = "The content has more than 64 KiB.";

    // By reflection: generated code gives a member that is left out null or zero instead of its default.
    private static readonly JsonSerializerOptions _options = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        MaxDepth = 16,
    };

    public static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type)
        && type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <exception cref="ProblemException">The content is too long, or is not the expected JSON.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context)
        where T : class
    {
        byte[] buffer = new byte[MaxLength + 1];
        int length = await context.Request.Body.ReadAtLeastAsync(
            buffer,
            buffer.Length,
            throwOnEndOfStream: false,
            context.RequestAborted
        );
        if (length > MaxLength) throw new ProblemException(StatusCodes.Status413PayloadTooLarge, TooLong);
        try
        {
            return JsonSerializer.Deserialize<T>(buffer.AsSpan(0, length), _options)
                ?? throw new ProblemException(
                    StatusCodes.Status400BadRequest,
                    "The content is null; it must be a JSON object."
                );
        }
        catch (JsonException cause)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                $"The content cannot be read. {cause.Message}",
                cause.Path is { Length: > 2 } path ? path[2..] : null
            );
        }
    }

    /// <exception cref="ProblemException">There is content.</exception>
    public static async Task RequireNoneAsync(HttpContext context)
    {
        if (await context.Request.Body.ReadAsync(new byte[1], context.RequestAborted) > 0)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "This takes no content.");
        }
    }
}
