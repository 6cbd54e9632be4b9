using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests;

/// <summary>Many requests of version 4 at once.</summary>
public class AssertionVerifierThreadTests
{
    private const int ThreadCount = 8;

    private readonly Provider _provider = new(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4)) { Users = UserResolvers.Everyone };

    [Fact]
    public async Task Of_identical_requests_at_once_exactly_one_is_accepted()
    {
        AssertionVerifier verifier = _provider.Verifier;
        for (int round = 0; round < 20; round++)
        {
            KeyGrant grant = Fixture.NewGrant();
            Request request = Request.Of(ProtocolVersion.Version4, grant: grant);
            string[] answers = new string[ThreadCount];
            using var operations = new PrivateKeyOperations();
            Threads.Run(ThreadCount, thread => answers[thread] = Answer(verifier, request));
            Assert.Equal(["OK fred", .. Enumerable.Repeat("REPLAYED", ThreadCount - 1)], answers.Order(StringComparer.Ordinal));
            Assert.Equal(1, operations.Decryptions);
            Assert.Equal("REPLAYED", await _provider.Answer(request));
        }
    }

    [Fact]
    public void Each_of_many_users_under_one_grant_is_the_right_one()
    {
        AssertionVerifier verifier = _provider.Verifier;
        var issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, _provider.Clock);
        Threads.Run(ThreadCount, thread =>
        {
            for (int round = 0; round < 200; round++)
            {
                string user = $"user {thread} {round}{new string((char)('a' + thread), (round * 7) % 200)}";
                Assert.Equal($"OK {user}", Answer(verifier, Request.Carrying(issuer.Issue(user, Fixture.Url))));
            }
        });
        Assert.Equal(ThreadCount * 200, _provider.Memory.Count);
    }

    [Fact]
    public void Threads_that_issue_while_the_grant_is_renewed_cost_one_signature_for_each_grant()
    {
        AssertionVerifier verifier = _provider.Verifier;
        var issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, _provider.Clock);
        using var operations = new PrivateKeyOperations();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (int renewal = 1; renewal <= 4; renewal++)
        {
            Threads.Run(ThreadCount, thread =>
            {
                for (int round = 0; round < 50; round++)
                {
                    Request request = Request.Carrying(issuer.Issue($"user{thread}", Fixture.Url));
                    Assert.Equal($"OK user{thread}", Answer(verifier, request));
                    lock (keys) keys.Add(request[Seraph.Key]);
                }
            });
            Assert.True(SpinWait.SpinUntil(() => operations.Signatures == renewal, TimeSpan.FromSeconds(30))); // renewed in the background
            Assert.True(SpinWait.SpinUntil(() => keys.Add(Request.Carrying(issuer.Issue("fred", Fixture.Url))[Seraph.Key]) || keys.Count == renewal, TimeSpan.FromSeconds(30)));
            Assert.Equal(renewal, operations.Signatures);
            _provider.Clock.Advance(TimeSpan.FromSeconds(301)); // the second half of a life of ten minutes
        }

        Assert.Equal(4, keys.Count);
        Assert.InRange(operations.Decryptions, 1, keys.Count);
    }

    private static string Answer(AssertionVerifier verifier, Request request)
    {
        Verdict verdict = verifier.VerifyAsync(request.ToIncoming(), cancellationToken: CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return verdict.Accepted ? $"OK {verdict.Assertion.User}" : verdict.Rejection.Value.ToString();
    }
}
