using TrustedApps.Responses;
using TrustedApps.Trials;

namespace TrustedApps.Tests.Trials;

// The files and the options of the tool: TrustedApps.Tool.Tests, IssueGrantTests and ProofCommandTests.
public sealed class TrialKeyGrantTests : IDisposable
{
    private static readonly ManualTimeProvider _time = new(Fixture.Now);
    private static readonly OutgoingRequest _request = new() { Url = Fixture.Url, User = Fixture.User, RequireResponseProof = true };

    private readonly ScratchFolder _folder = new();

    [Fact]
    public async Task Requests_under_a_grant_from_a_file_are_accepted_and_their_proofs_hold()
    {
        TrialKeyGrant made = await CreateAsync();
        made.Save(_folder.PathOf("grant"));
        TrialKeyGrant loaded = TrialKeyGrant.Load(_folder.PathOf("grant"));
        Assert.Equal((made.ToString(), "wiki", "tracker", Fixture.Base.Text), (loaded.ToString(), loaded.Issuer, loaded.Audience, loaded.BaseUrl));

        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
        foreach (TrialKeyGrant grant in (TrialKeyGrant[])[made, loaded])
        {
            Request request = Request.Carrying(grant.Issue(Fixture.Wiki, _request, time: _time));
            Verdict verdict = await provider.Verify(request);
            Assert.True(verdict.Accepted);

            var response = new ProvenResponse { Status = 404, ContentType = "text/plain" };
            string proof = verdict.Prover!.Prove(response, Fixture.Now)!;
            Assert.True(loaded.TryCheckProof(proof, request[Seraph.Cert], response, [], out string? claims, out _));
            Assert.Contains("\"sts\":404", claims, StringComparison.Ordinal);
            Assert.False(loaded.TryCheckProof(proof, request[Seraph.Cert], response with { Status = 200 }, [], out claims, out string? problem));
            Assert.Equal((null, "the proven status is 404, not 200"), (claims, problem));
        }
    }

    [Fact]
    public async Task Header_of_the_grant_is_left_out_on_demand_and_nothing_else()
    {
        TrialKeyGrant grant = await CreateAsync();
        Request sent = Request.Carrying(grant.Issue(Fixture.Wiki, _request, time: _time));
        Request named = Request.Carrying(grant.Issue(Fixture.Wiki, _request, withoutKey: true, time: _time));
        Assert.Equal($"{Seraph.Cert} {Seraph.Id} {Seraph.Key} {Seraph.Version}", sent.HeaderNames);
        Assert.Equal($"{Seraph.Cert} {Seraph.Id} {Seraph.Version}", named.HeaderNames);
        Assert.NotEqual(sent[Seraph.Cert], named[Seraph.Cert]);
    }

    [Fact]
    public async Task Grant_of_other_keys_of_the_same_application_is_refused()
    {
        TrialKeyGrant grant = await CreateAsync();
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => grant.Issue(ThrowAwayKeys.Of("wiki", 2), _request));
        Assert.Contains("is not among these keys of 'wiki'", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<TrialKeyGrant> CreateAsync() =>
        await TrialKeyGrant.CreateAsync(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, forProvenResponses: true, _time, TestContext.Current.CancellationToken);
}
