using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using TrustedApps.Admin.Access;
using TrustedApps.Certificates;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>A request cannot be served. The message is for people and names the remedy.</summary>
/// <param name="status">The status of the answer.</param>
/// <param name="message">The message.</param>
/// <param name="member">The member of the content that it is about; null for none in particular.</param>
internal sealed class ProblemException(int status, string message, string? member = null) : Exception(message)
{
    public int Status => status;

    public string? Member => member;
}

/// <summary>Turns exceptions into problems.</summary>
internal static class Problems
{
    public static bool TryDescribe(Exception cause, [NotNullWhen(true)] out ProblemDocument? problem)
    {
        problem = cause switch
        {
            ProblemException known => ProblemDocument.Of(known.Status, known.Message, known.Member),
            AdministrationException refused => ProblemDocument.Of(StatusOf(refused.Problem), refused.Message),
            CertificateException certificate => ProblemDocument.Of(
                StatusCodes.Status422UnprocessableEntity,
                certificate.Message,
                "baseUrl"
            ),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => ProblemDocument.Of(
                StatusCodes.Status413PayloadTooLarge,
                JsonBody.TooLong
            ),
            BadHttpRequestException bad => ProblemDocument.Of(bad.StatusCode, bad.Message),
            FormatException => ProblemDocument.Of(
                StatusCodes.Status500InternalServerError,
                $"What the store holds cannot be read: {cause.Message} Was it written by a newer version of this program? Otherwise remove it and add it again."
            ),
            _ when DatabaseFailure.Is(cause) => ProblemDocument.Of(
                StatusCodes.Status503ServiceUnavailable,
                "The store does not answer. Where this was a change, look whether it was made before you try again."
            ),
            _ => null,
        };
        return problem is not null;
    }

    private static int StatusOf(AdministrationProblem problem) => problem switch
    {
        AdministrationProblem.NotFound => StatusCodes.Status404NotFound,
        AdministrationProblem.Exists => StatusCodes.Status409Conflict,
        AdministrationProblem.Changed => StatusCodes.Status412PreconditionFailed,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
