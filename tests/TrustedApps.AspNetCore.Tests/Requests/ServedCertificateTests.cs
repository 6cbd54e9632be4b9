using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Tests.Requests;

public sealed class ServedCertificateTests
{
    private static readonly ManualTimeProvider _then = new();
    private static readonly Lazy<ApplicationKeys> _rotated = new(() =>
        ThrowAwayKeys.Of("blog", 3, _then.GetUtcNow()).WithNext(_then.GetUtcNow()).Rotate(_then.GetUtcNow()));

    [Fact]
    public async Task The_same_document_is_served_until_its_content_changes()
    {
        var clock = new ManualTimeProvider();
        var served = new ServedCertificate("The blog", clock, NullLogger.Instance);
        byte[] first = (await FindAsync(served, _rotated.Value))!;
        clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.Same(first, await FindAsync(served, _rotated.Value));

        clock.Advance(TimeSpan.FromSeconds(1)); // the retired signing key leaves
        byte[] second = (await FindAsync(served, _rotated.Value))!;
        Assert.Same(second, await FindAsync(served, _rotated.Value));
        Assert.Equal((2, 1), (Read(first, clock).SigningKeys.Count, Read(second, clock).SigningKeys.Count));
        Assert.True(Read(second, clock).IssuedAt > Read(first, clock).IssuedAt);
    }

    [Fact]
    public async Task Other_keys_get_another_document()
    {
        var served = new ServedCertificate(name: null, TimeProvider.System, NullLogger.Instance);
        Assert.NotSame(await FindAsync(served, _rotated.Value), await FindAsync(served, TestKeys.Wiki));
        Assert.Equal("wiki", Read((await FindAsync(served, TestKeys.Wiki))!, TimeProvider.System).Id);
    }

    [Fact]
    public async Task Requests_at_once_get_one_document()
    {
        var served = new ServedCertificate(name: null, TimeProvider.System, NullLogger.Instance);
        byte[]?[] documents = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => FindAsync(served, TestKeys.Wiki))));
        Assert.NotNull(documents[0]);
        Assert.All(documents, document => Assert.Same(documents[0], document));
    }

    [Fact]
    public async Task A_key_elsewhere_that_fails_is_asked_once_in_5_seconds_and_a_slow_one_for_10()
    {
        var clock = new ManualTimeProvider();
        using var logs = new LogRecorder();
        var service = new SigningService(TestKeys.Wiki);
        var served = new ServedCertificate(name: null, clock, logs.CreateLogger("served"));
        service.Failure = new IOException("The service is away.");
        for (int times = 0; times < 3; times++) await Assert.ThrowsAsync<PrivateKeyException>(() => FindAsync(served, service.Keys));
        Assert.Equal(1, service.Asked); // strangers asked three times
        Assert.Contains("The service is away.", Assert.Single(logs.Lines, line => line.Event.Id == 53).Message, StringComparison.Ordinal);

        service.Failure = null;
        clock.Advance(ServedCertificate.Pause);
        Assert.NotNull(await FindAsync(served, service.Keys));

        service = new SigningService(TestKeys.Blog) { IsSilent = true };
        Task<byte[]?> waiting = FindAsync(served, service.Keys);
        clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
    }

    [Fact]
    public async Task A_silent_key_that_honours_its_token_frees_its_place()
    {
        var clock = new ManualTimeProvider();
        var service = new SigningService(TestKeys.Wiki, maxConcurrency: 1) { IsSilent = true, HonoursToken = true };
        var served = new ServedCertificate(name: null, clock, NullLogger.Instance);
        Task<byte[]?> waiting = FindAsync(served, service.Keys);
        clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);

        service.IsSilent = false;
        Task<byte[]?> next = FindAsync(served, service.Keys);
        Assert.NotNull(await next.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    private static async Task<byte[]?> FindAsync(ServedCertificate served, ApplicationKeys keys) =>
        await served.FindAsync(keys, TestContext.Current.CancellationToken);

    private static ApplicationCertificate Read(byte[] document, TimeProvider clock)
    {
        Assert.True(ApplicationCertificate.TryRead(document, clock.GetUtcNow(), out ApplicationCertificate? certificate, out string? problem), problem);
        return certificate;
    }
}
