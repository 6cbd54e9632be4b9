using TrustedApps.Tool.Cases;

namespace TrustedApps.Tool.Tests.Cases;

public sealed class RequestVectorTests
{
    // Cases of before version 4, which say "4" in their version header and have Magic or Signature headers beside: such
    // a request is malformed (specification version-4.md, sections 1 and 6: header shape before the version allowed).
    private static readonly HashSet<string> _malformedSinceVersion4 = new(StringComparer.Ordinal)
    {
        "old-v0-v0-v4", "old-v0-v0-v4-no-signature", "old-v1-version-four",
    };

    public static TheoryData<string> MalformedSinceVersion4 { get; } = [.. _malformedSinceVersion4];

    public static TheoryData<string> Judged { get; } = [.. Vectors.Requests.Keys.Where(id => Expectation(id)["accept"] is not null && !_malformedSinceVersion4.Contains(id))];

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

    [Theory, MemberData(nameof(MalformedSinceVersion4))]
    public async Task Case_that_says_4_and_has_older_headers_is_malformed(string id)
    {
        CaseResult result = await JudgeAsync(id);
        Assert.Equal(("refused", "SYSTEM", "4"), (result.Status, result.Code, result.Version));
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

    private static async Task<CaseResult> JudgeAsync(string id) =>
        await new CaseJudge().JudgeAsync(Encoding.UTF8.GetBytes(Vectors.Requests[id]), TestContext.Current.CancellationToken);
}
