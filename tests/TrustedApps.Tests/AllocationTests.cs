using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TrustedApps.Tests;

/// <summary>What the warm way allocates, in bytes (specification performance.md, goal 6). Time varies from machine to machine; this does not.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)] // others listen to telemetry, which allocates
[Collection(nameof(AllocationTests))]
public class AllocationTests
{
    private const int Batch = 64;
    private const int Batches = 5000; // at most, until the compiler has optimized: before that it boxes more

    private readonly Provider _provider = new(Fixture.Trust(Fixture.Wiki, new TrustConditions
    {
        Addresses = ["10.0.0.0/8"],
        Urls = ["/rest/issues"],
        DenyUsers = ["root"],
        Versions = [ProtocolVersion.Version4],
    }));

    private readonly AssertionIssuer _issuer;

    public AllocationTests() => _issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, _provider.Clock);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_warm_verification_allocates_112_bytes_at_most_with_the_user_name(bool isNamed) => RequireOfVerification(112, isNamed);

    [Fact]
    public void Metrics_that_are_listened_to_allocate_nothing_more()
    {
        using MeterListener listener = ListenToMetrics();
        RequireOfVerification(112, isNamed: true);
    }

    [Fact]
    public void A_trace_of_it_allocates_less_than_a_kilobyte()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "TrustedApps",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        RequireOfVerification(1024, isNamed: true);
    }

    private static MeterListener ListenToMetrics()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "TrustedApps") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.Start();
        return listener;
    }

    private void RequireOfVerification(int bytes, bool isNamed)
    {
        var verifier = new AssertionVerifier(_provider.Trusts, _provider.Users, _provider.Options, _provider.Memory, new StoppedClock());
        Assert.True(verifier.VerifyAsync(Request.Carrying(_issuer.Issue("fred", Fixture.Url)).ToIncoming(), cancellationToken: CancellationToken.None).Completed().Accepted); // it keeps the grant
        long least = long.MaxValue;
        for (int batch = 0; batch < Batches && least > bytes * Batch; batch++)
        {
            IncomingRequest[] requests =
            [
                .. Enumerable.Range(0, Batch).Select(_ => Request.Carrying(_issuer.Issue("fred", Fixture.Url)))
                    .Select(request => (isNamed ? request.Without(Seraph.Key) : request).ToIncoming()),
            ];
            int accepted = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int number = 0; number < Batch; number++)
            {
                if (IsAcceptedAtOnce(verifier, requests[number])) accepted++;
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(Batch, accepted);
        }

        Assert.InRange(least, 1, bytes * Batch);
    }

    [Fact]
    public void A_warm_issue_allocates_nothing_but_its_header()
    {
        string cert = _issuer.Issue("fred", Fixture.Url).Cert!;
        long before = GC.GetAllocatedBytesForCurrentThread();
        string header = new(cert.AsSpan());
        long ofHeader = GC.GetAllocatedBytesForCurrentThread() - before;

        long least = long.MaxValue;
        for (int batch = 0; batch < Batches && least > ofHeader * Batch; batch++)
        {
            int issued = 0;
            before = GC.GetAllocatedBytesForCurrentThread();
            for (int number = 0; number < Batch; number++)
            {
                if (_issuer.Issue("fred", Fixture.Url).Cert!.Length == header.Length) issued++;
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(Batch, issued);
        }

        Assert.Equal(ofHeader * Batch, least);
    }

    // The clock of other tests allocates when it is read.
    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Fixture.Now;
    }

    private static bool IsAcceptedAtOnce(AssertionVerifier verifier, in IncomingRequest request)
    {
        ValueTask<Verdict> verifying = verifier.VerifyAsync(request, cancellationToken: CancellationToken.None);
        return verifying.IsCompletedSuccessfully && verifying.Result.Accepted;
    }
}
