using TrustedApps.Bench.Setup;
using TrustedApps.Keys;

namespace TrustedApps.Bench.Ratios;

/// <summary>Goal 14: more trusts and more patterns make little difference.</summary>
internal sealed class ScaleGoals(Version4Sides version4)
{
    private const int Trusts = 100_000;
    private const int Senders = 10; // as on the other side: what differs is how many there are to choose from
    private const int Patterns = 1000;

    public IEnumerable<Measurement> Measure()
    {
        yield return Measurement.OfTimes("14a", "verify-100000-trusts/verify-10", Verifying(ManyTrusts()), version4.Verify, Goal.AtMost(1.2));
        yield return Measurement.OfTimes("14b", "verify-1000-patterns/verify-1", Verifying(ManyPatterns()), version4.Verify, Goal.AtMost(2));
    }

    private static Subject Verifying((InMemoryTrustStore Trusts, Batch Batch) set)
    {
        AssertionVerifier verifier = BenchFixture.Verifier(set.Trusts);
        return new Subject(set.Batch.Requests.Length, () => verifier.Accept(set.Batch.Requests), set.Batch.Reissue);
    }

    private static (InMemoryTrustStore Trusts, Batch Batch) ManyTrusts()
    {
        ApplicationKeys[] senders = [.. Enumerable.Range(0, Senders).Select(number => BenchKeys.Consumer($"sender{number}"))];
        TrustConditions conditions = BenchFixture.Conditions();
        IEnumerable<TrustedApplication> silent = Enumerable.Range(Senders, Trusts - Senders).Select(number => new TrustedApplication($"silent{number}", BenchKeys.Wiki.PublicKey, conditions));
        var trusts = new InMemoryTrustStore(silent.Concat(senders.Select(sender => BenchFixture.Trust(sender))));
        return (trusts, new Batch(Version4Sides.BatchSize, [.. senders.Select(sender => BenchFixture.Issuer(sender))]));
    }

    private static (InMemoryTrustStore Trusts, Batch Batch) ManyPatterns()
    {
        ApplicationKeys[] consumers = [.. Enumerable.Range(0, 10).Select(number => BenchKeys.Consumer($"wiki{number}"))];
        var trusts = new InMemoryTrustStore(consumers.Select(consumer => BenchFixture.Trust(consumer, BenchFixture.Conditions(Patterns))));
        return (trusts, new Batch(Version4Sides.BatchSize, [.. consumers.Select(consumer => BenchFixture.Issuer(consumer))]));
    }
}
