using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Reads the form of a request within limits that suffice for a login. The application can read the form later.
/// </summary>
internal static class LoginForm
{
    private const int MaxLength = 64 * 1024; // bytes

    private static readonly FormOptions _limits = new()
    {
        BufferBody = true, // the only limit of the total length that does not depend on the server
        BufferBodyLengthLimit = MaxLength,
        MemoryBufferThreshold = MaxLength, // no password in a file
        ValueCountLimit = 64,
        KeyLengthLimit = 1024,
        ValueLengthLimit = MaxLength,
    };

    /// <returns>The form; null if it cannot be read.</returns>
    public static async ValueTask<IFormCollection?> TryReadAsync(HttpContext context)
    {
        if (context.Features.Get<IFormFeature>() is { Form: { } read }) return read;
        if (context.Request.ContentLength > MaxLength) return null;

        var feature = new FormFeature(context.Request, _limits);
        context.Features.Set<IFormFeature>(feature);
        try
        {
            return await feature.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception unreadable)
            when (unreadable is IOException or InvalidDataException or OperationCanceledException)
        {
            return null; // InvalidDataException: over a limit; the others: too long, too slow, or a closed connection
        }
    }
}
