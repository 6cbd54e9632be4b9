using TrustedApps.Bench.Setup;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.Bench.Ratios;

/// <summary>The warm ways of version 4, which many goals compare with: ten trusts, one pattern, each assertion used once.</summary>
internal sealed class Version4Sides
{
    public const int BatchSize = 64; // few enough to stay in the cache, as a request that was read just now

    private const int EvenTraffic = 8192; // assertions of each application in the eight seconds before, from which room is made for as many

    private readonly ApplicationKeys[] _consumers = [.. Enumerable.Range(0, 10).Select(number => BenchKeys.Consumer($"wiki{number}"))];

    public Version4Sides()
    {
        AssertionIssuer[] issuers = [.. _consumers.Select(consumer => BenchFixture.Issuer(consumer))];
        Requests = new Batch(BatchSize, issuers);
        Verifier = BenchFixture.Verifier(Trusts());
        Verify = new Subject(BatchSize, () => Verifier.Accept(Requests.Requests), Requests.Reissue);
        var named = new Batch(BatchSize, issuers, namedTo: Verifier);
        VerifyNamed = new Subject(BatchSize, () => Verifier.Accept(named.Requests), named.Reissue);

        AssertionIssuer issuer = issuers[0];
        Example = issuer.Issue(BenchFixture.User(0), BenchFixture.Url);
        Issue = new Subject(BatchSize, () => IssueMany(issuer));
    }

    /// <summary>Verifying with the grant in each request.</summary>
    public Subject Verify { get; }

    /// <summary>Verifying with the grant named.</summary>
    public Subject VerifyNamed { get; }

    public Subject Issue { get; }

    public AssertionVerifier Verifier { get; }

    public Batch Requests { get; }

    /// <summary>Headers like those that <see cref="Issue"/> makes.</summary>
    public AssertionHeaders Example { get; }

    /// <summary>
    /// Verifying with a replay memory that does not have to grow, because traffic is even. What it grows by is counted by
    /// goal 11; and whether it does would be a matter of when this is run.
    /// </summary>
    public Subject VerifyWithRoom()
    {
        var clock = new StoppedClock();
        AssertionVerifier verifier = BenchFixture.Verifier(Trusts(), MemoryWithRoom(clock.GetUtcNow().ToUnixTimeSeconds() * 1000), clock);
        Batch requests = new(BatchSize, [.. _consumers.Select(consumer => BenchFixture.Issuer(consumer, clock))], namedTo: verifier);
        return Subject.Warmed(BatchSize, () => verifier.Accept(requests.Requests), requests.Reissue); // the same code as Verify
    }

    private InMemoryTrustStore Trusts() => new(_consumers.Select(consumer => BenchFixture.Trust(consumer)));

    private InMemoryReplayCache MemoryWithRoom(long now)
    {
        InMemoryReplayCache memory = BenchFixture.NewMemory();
        var marks = new Marks();
        foreach (ApplicationKeys consumer in _consumers)
        {
            for (int number = 0; number < EvenTraffic; number++) memory.Insert(marks.Next(), issuedAt: now - 8000, now, consumer.Id);
        }

        return memory;
    }

    private static void IssueMany(AssertionIssuer issuer)
    {
        for (int number = 0; number < BatchSize; number++) issuer.Issue(BenchFixture.User(number), BenchFixture.Url);
    }
}
