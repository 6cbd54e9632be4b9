using TrustedApps.Tool.Cases;

namespace TrustedApps.Tool.Tests.Cases;

public sealed class RequestVectorTests
{
    public static TheoryData<string> Judged { get; } = [.. Vectors.Requests.Keys.Where(id => Expectation(id)["accept"] is not null)];

    public static TheoryData<string> NotJudged { get; } = [.. Vectors.Requests.Keys.Where(id => Expectation(id)["accept"] is null)];

    [Theory, MemberData(nameof(Judged))]
    public async Task Verdict_is_the_expected_one(string id)
    {
        JsonNode expect = Expectation(id);
        CaseResult result = await JudgeAsync(id);

        Assert.Equal(id, result.Id);
        if ((bool)expect["accept"]!)
        {
            Assert.Equal(("accepted", (string?)expect["user"]), (result.Status, result.User));
        }
        else if (expect["codes"] is JsonArray codes)
        {
            Assert.Equal("refused", result.Status);
            Assert.Contains(result.Code, codes.Select(code => (string?)code), StringComparer.Ordinal);
        }
        else
        {
            Assert.True(result.Status is "refused" or "invalid" or "none", result.Status);
        }
    }

    [Theory, MemberData(nameof(NotJudged))]
    public async Task Cases_that_are_not_judged_get_an_answer_all_the_same(string id)
    {
        CaseResult result = await JudgeAsync(id);
        Assert.Equal(id, result.Id);
        Assert.True(result.Status is "accepted" or "refused" or "invalid" or "none", result.Status);
    }

    [Theory, MemberData(nameof(Judged))]
    public async Task Result_has_what_its_status_has_and_nothing_else(string id)
    {
        CaseResult result = await JudgeAsync(id);
        bool isRefused = result.Status == "refused";
        Assert.Equal(result.Status == "accepted", result.User is not null);
        Assert.Equal(isRefused, result.Code is not null);
        Assert.Equal(isRefused, result.Error is not null);
        Assert.Equal(result.Status == "accepted", result.Detail is null);
    }

    [Theory, MemberData(nameof(Judged))]
    public async Task Error_header_of_a_refusal_is_printable_and_reads_back(string id)
    {
        CaseResult result = await JudgeAsync(id);
        string error = result.Error ?? "";
        Assert.DoesNotContain(error, character => character is not ('\t' or (>= ' ' and <= '~')));
        if (error.Contains('\t', StringComparison.Ordinal)) // Warwick's is a message alone
        {
            Assert.True(TrustedAppError.TryParse(error, out TrustedAppError? read));
            Assert.Equal(result.Code, read.Code.ToWireName());
        }
    }

    private static JsonNode Expectation(string id) => JsonNode.Parse(Vectors.Requests[id])!["expect"]!;

    private static async Task<CaseResult> JudgeAsync(string id)
    {
        using var verifier = new CapturedRequestVerifier();
        return await verifier.VerifyAsync(Encoding.UTF8.GetBytes(Vectors.Requests[id]), TestContext.Current.CancellationToken);
    }
}
