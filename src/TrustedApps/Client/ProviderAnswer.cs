using TrustedApps.Responses;

namespace TrustedApps.Client;

/// <summary>What the provider says in a response, beside what the application says.</summary>
/// <param name="Error">The error; null when the response does not say that the request was rejected.</param>
/// <param name="IsConfirmed">Whether it says that the request was accepted.</param>
/// <param name="Proof">The proof; null where none is demanded, or where it is not good.</param>
/// <param name="Problem">
/// The reason why the response must not be the result of the request; null where it may be. The error then only says
/// what may be done about it.
/// </param>
internal readonly record struct ProviderAnswer(
    TrustedAppError? Error,
    bool IsConfirmed,
    ResponseProof? Proof,
    string? Problem
)
{
    /// <summary>Whether the response may be the result of the request.</summary>
    public bool IsTaken => Problem is null;

    /// <summary>Reads a response.</summary>
    /// <param name="response">The response. If it has a good proof, its content is verified as it is read.</param>
    /// <param name="verifier">Verifies its proof; null where none is demanded.</param>
    /// <param name="allowUnproven">Whether content may be protected by TLS alone.</param>
    public static ProviderAnswer Read(HttpResponseMessage response, ResponseVerifier? verifier, bool allowUnproven)
    {
        if (verifier is null)
        {
            return new(ResponseError.Find(response), RejectionAnswer.IsConfirmed(response), Proof: null, Problem: null);
        }

        if (ReadProof(response, verifier, allowUnproven, out string? problem) is not { } proof)
        {
            return new(ResponseError.Find(response), IsConfirmed: false, Proof: null, problem);
        }

        // the Status and Error headers do not count
        string? error = proof.Response.Error;
        return new(error is null ? null : TrustedAppError.Read(error), error is null, proof, Problem: null);
    }

    /// <summary>
    /// Describes why the response must not be the result of the request, and what it says without a proof.
    /// </summary>
    public string Describe(HttpResponseMessage response, DateTimeOffset now)
    {
        if (Error is null) return $"{Problem}; its status is {(int)response.StatusCode}";
        string said = $"{Problem}; it says {Error}";
        bool isClock = Error.Code is ErrorCode.OldAssertion or ErrorCode.FutureAssertion;
        if (!isClock || response.Headers.Date is not { } date) return said;
        TimeSpan difference = now - date;
        string direction = difference < TimeSpan.Zero ? "behind" : "ahead of";
        return $"{said}. If its Date header is right, which is not proven, this host's clock is {direction} the provider's by {difference.Duration():c}: synchronise the clocks";
    }

    private static ResponseProof? ReadProof(
        HttpResponseMessage response, ResponseVerifier verifier, bool allowUnproven, out string? problem)
    {
        if (ResponseHeaders.FindProof(response.Headers, out problem) is not { } token) return null;
        if (ResponseHeaders.Read(response, out problem) is not { } received) return null;
        if (verifier.Read(token, received, out problem, NormalHeaders.IsNormalForm) is not { } proof)
        {
            problem = $"its proof does not hold: {problem}";
            return null;
        }

        bool isUnproven = proof.Response.ContentDigest == ProvenResponse.NoDigest;
        if (isUnproven && !allowUnproven)
        {
            problem =
                "its content is not proven, as where the connection carries no trailers. AllowUnprovenContent takes content that TLS alone protects";
            return null;
        }

        if (!isUnproven) response.Content = new ProvenContent(response, proof, verifier);
        return proof;
    }
}
