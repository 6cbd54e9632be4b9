using System.Text.Json;
using System.Text.Unicode;

namespace TrustedApps.Tool.Cases;

/// <summary>Judges request cases, each with an empty memory and a clock that stands still.</summary>
internal static class CaseJudge
{
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    public static async ValueTask<CaseResult> JudgeAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        string? id = null;
        try
        {
            using JsonDocument document = Parse(line);
            var json = new JsonField("", document.RootElement);
            id = json.Member("id").Text();
            return await JudgeAsync(id, RequestCase.Read(json), cancellationToken).ConfigureAwait(false);
        }
        catch (BadInputException problem)
        {
            return CaseResult.Invalid(id, problem.Message);
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> line)
    {
        if (!Utf8.IsValid(line.Span)) throw new BadInputException("The line is not UTF-8 text.");
        try
        {
            return JsonDocument.Parse(line, _strict);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name that holds half a surrogate pair.
            throw new BadInputException($"The line is not one JSON object (depth at most 64, no member twice): {problem.Message}");
        }
    }

    private static async ValueTask<CaseResult> JudgeAsync(string id, RequestCase request, CancellationToken cancellationToken)
    {
        var options = new AssertionVerifierOptions
        {
            BaseUrls = request.BaseUrls ?? [],
            AcceptAnyBaseUrl = request.BaseUrls is null,
            AllowForgeableVersionsOverHttp = true, // this examines requests, and serves none
        };
        var clock = new StandingClock(request.Now);
        var memory = new ReplayMemory(new ReplayMemoryOptions { IsNewInstallation = true }, clock); // nothing was accepted before a case
        var verifier = new AssertionVerifier(request.Trusts.Store, request.Users, options, memory, clock);
        Verdict verdict = await verifier.VerifyAsync(request.Request, cancellationToken: cancellationToken).ConfigureAwait(false);

        if (verdict.Status == VerdictStatus.None)
        {
            return new CaseResult(id, "none")
            {
                Detail = "The request has no trusted-application headers, or a blank Cert header: if it should have them, look for a proxy that drops them.",
            };
        }

        var result = new CaseResult(id, verdict.Accepted ? "accepted" : "refused")
        {
            User = verdict.Assertion?.User,
            Application = verdict.ClaimedApplicationId,
            Version = verdict.Version?.Name,
        };
        if (verdict.Accepted) return result;

        Refusal refusal = verdict.Refusal.Value;
        return refusal.Code == ErrorCode.ApplicationUnknown && request.Trusts.FindProblem(verdict.ClaimedApplicationId) is { } problem
            ? result with { Status = "invalid", Detail = problem }
            : result with { Code = refusal.Code.ToWireName(), Error = FindErrorHeader(verdict), Detail = refusal.Detail };
    }

    private static string FindErrorHeader(Verdict verdict) => verdict.GetResponseHeaders()
        .Last(header => header.Key is "X-Seraph-Trusted-App-Error" or "X-Trusted-App-Error-Message").Value;
}
