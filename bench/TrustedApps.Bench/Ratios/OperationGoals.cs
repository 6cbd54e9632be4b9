using TrustedApps.Bench.Setup;

namespace TrustedApps.Bench.Ratios;

/// <summary>Goals 1 to 6: warm version 4 against its floors, against JWTs, and what it allocates.</summary>
internal sealed class OperationGoals(Version4Sides version4)
{
    private const int FewTokens = 16; // of RSA, some hundred microseconds each

    public IEnumerable<Measurement> Measure()
    {
        var opening = new BareOpening(version4.Requests);
        var sealing = new BareSealing(version4.Example);
        Subject bareOpening = new Subject(Version4Sides.BatchSize, opening.Run, opening.Prepare);
        Subject bareSealing = new Subject(Version4Sides.BatchSize, () => Repeat(Version4Sides.BatchSize, sealing.Seal));
        Jwt rs256 = Jwt.Rs256(), hs256 = Jwt.Hs256();

        yield return Measurement.OfTimes("1a", "verify-named/aes-gcm+base64url+replay", version4.VerifyNamed, bareOpening, Goal.AtMost(1.4));
        yield return Measurement.OfTimes("1b", "verify-named/verify-sent", version4.VerifyNamed, version4.Verify, Goal.AtMost(1));
        yield return Measurement.OfTimes("2", "jwt-rs256/verify", Validating(rs256, 64), version4.VerifyNamed, Goal.AtLeast(12));
        yield return Measurement.OfTimes("3", "jwt-hs256/verify", Validating(hs256, 256), version4.VerifyNamed, Goal.AtLeast(1.6));
        yield return Measurement.OfTimes("4", "issue/aes-gcm", version4.Issue, bareSealing, Goal.AtMost(1.7));
        yield return Measurement.OfTimes("5a", "jwt-rs256-create/issue", Creating(rs256, FewTokens), version4.Issue, Goal.AtLeast(100));
        yield return Measurement.OfTimes("5b", "jwt-hs256-create/issue", Creating(hs256, 256), version4.Issue, Goal.AtLeast(1.3));
        yield return Measurement.OfBytes("6a", "verify-bytes", version4.VerifyWithRoom(), Goal.AtMost(112));
        yield return Measurement.OfBytes("6b", "issue-bytes-beyond-header", version4.Issue, Goal.AtMost(0), besides: BytesOf(version4.Example));
    }

    private static Subject Validating(Jwt jwt, int count)
    {
        string[] tokens = [.. Enumerable.Range(0, count).Select(number => jwt.Create(BenchFixture.User(number)))];
        return new Subject(count, () => Array.ForEach(tokens, jwt.Validate));
    }

    private static Subject Creating(Jwt jwt, int count) => new(count, () =>
    {
        for (int number = 0; number < count; number++) jwt.Create(BenchFixture.User(number));
    });

    private static void Repeat(int count, Action operation)
    {
        for (int number = 0; number < count; number++) operation();
    }

    // The header that is new in each request.
    private static long BytesOf(AssertionHeaders headers)
    {
        int length = headers.Enumerate().Single(header => header.Key.EndsWith("-Cert", StringComparison.Ordinal)).Value.Length;
        long before = GC.GetAllocatedBytesForCurrentThread();
        string header = new('x', length);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(header);
        return bytes;
    }
}
