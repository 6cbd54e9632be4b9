using System.Text.Json;
using System.Text.Unicode;

namespace TrustedApps.Tool.Cases;

/// <summary>
/// Verifies request cases, each with a fixed clock. Cases of one sequence share the state of their provider.
/// </summary>
internal sealed class CapturedRequestVerifier : IDisposable
{
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    private readonly Dictionary<string, Sequence> _sequences = new(StringComparer.Ordinal);

    public async ValueTask<CaseResult> VerifyAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        string? id = null;
        try
        {
            using JsonDocument document = Parse(line);
            var json = new JsonField("", document.RootElement);
            id = json.Member("id").Text();
            return await VerifyAsync(id, RequestCase.Read(json), cancellationToken).ConfigureAwait(false);
        }
        catch (BadInputException problem)
        {
            return CaseResult.Invalid(id, problem.Message);
        }
    }

    public void Dispose()
    {
        foreach (Sequence sequence in _sequences.Values) sequence.Dispose();
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
            throw new BadInputException(
                $"The line is not one JSON object (depth at most 64, no member twice): {problem.Message}"
            );
        }
    }

    private async ValueTask<CaseResult> VerifyAsync(string id, RequestCase request, CancellationToken cancellationToken)
    {
        using Sequence? own = request.Sequence is null ? new Sequence() : null;
        (Verdict verdict, CaseTrusts trusts) = await (own ?? FindSequence(request.Sequence!))
            .VerifyAsync(request, cancellationToken)
            .ConfigureAwait(false);

        if (verdict.Status == VerdictStatus.None)
        {
            return new CaseResult(id, "none")
            {
                Detail =
                    "The request has no trusted-application headers, or a blank Cert header: if it should have them, look for a proxy that drops them.",
            };
        }

        var result = new CaseResult(id, verdict.Accepted ? "accepted" : "refused")
        {
            User = verdict.Assertion?.User,
            Application = verdict.ClaimedApplicationId,
            Version = verdict.Version?.Name,
            Actors = verdict.Assertion?.Actors ?? [],
            Scopes = verdict.Assertion?.Scopes ?? [],
        };
        if (verdict.Accepted) return result;

        Rejection refusal = verdict.Rejection.Value;
        return FindProblem(refusal, request, trusts, verdict) is { } problem
            ? result with
            {
                Status = "invalid",
                Detail = problem,
            }
            : result with
            {
                Code = refusal.Code.ToWireName(),
                Error = FindErrorHeader(verdict),
                Detail = refusal.Detail,
            };
    }

    // Advice for refusals that a mistake in the case causes.
    private static string? FindProblem(Rejection refusal, RequestCase request, CaseTrusts trusts, Verdict verdict) =>
        refusal.Code switch
        {
            ErrorCode.ApplicationUnknown => trusts.FindProblem(verdict.ClaimedApplicationId),
            ErrorCode.BadProtocolVersion
                when request.Provider.Keys is null
                    && verdict.Version == ProtocolVersion.Version4
                    && trusts.Find(verdict.ClaimedApplicationId!)?.Record is not null =>
                "The case has no provider, without whose keys version 4 cannot be judged.",
            _ => null,
        };

    private Sequence FindSequence(string name)
    {
        if (!_sequences.TryGetValue(name, out Sequence? sequence)) _sequences.Add(name, sequence = new Sequence());
        return sequence;
    }

    private static string FindErrorHeader(Verdict verdict) => verdict.GetResponseHeaders()
        .Last(header => header.Key is "X-Seraph-Trusted-App-Error" or "X-Trusted-App-Error-Message").Value;
}
