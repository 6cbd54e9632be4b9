using TrustedApps.Bench.Setup;

namespace TrustedApps.Bench.Ratios;

/// <summary>The warm ways of version 4, which many goals compare with: ten trusts, one pattern, each assertion used once.</summary>
internal sealed class Version4Sides
{
    public const int BatchSize = 64; // few enough to stay in the cache, as a request that was read just now

    private readonly ApplicationKeys[] _consumers = [.. Enumerable.Range(0, 10).Select(number => BenchKeys.Consumer($"wiki{number}"))];

    public Version4Sides()
    {
        AssertionIssuer[] issuers = [.. _consumers.Select(consumer => Scene.Issuer(consumer))];
        Requests = new Batch(BatchSize, issuers);
        Verifier = Scene.Verifier(new InMemoryTrustStore(_consumers.Select(consumer => Scene.Trust(consumer))));
        Verify = new Side(BatchSize, () => Verifier.Accept(Requests.Requests), Requests.Reissue);

        AssertionIssuer issuer = issuers[0];
        Example = issuer.Issue(Scene.User(0), Scene.Url);
        Issue = new Side(BatchSize, () => IssueMany(issuer));
    }

    public Side Verify { get; }

    public Side Issue { get; }

    public AssertionVerifier Verifier { get; }

    public Batch Requests { get; }

    /// <summary>Headers like those that <see cref="Issue"/> makes.</summary>
    public AssertionHeaders Example { get; }

    private static void IssueMany(AssertionIssuer issuer)
    {
        for (int number = 0; number < BatchSize; number++) issuer.Issue(Scene.User(number), Scene.Url);
    }
}
