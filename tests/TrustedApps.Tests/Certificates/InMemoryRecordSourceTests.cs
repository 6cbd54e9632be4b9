using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Certificates;

public class InMemoryRecordSourceTests
{
    private static readonly TrustConditions _conditions = new() { Addresses = ["*"], Urls = ["*"] };
    private static readonly CertificateRecord _wiki = Establish(Fixture.Wiki, BaseUrl.Parse("https://wiki.example"));
    private static readonly CertificateRecord _blog = Establish(Fixture.Blog, baseUrl: null);

    private readonly ManualTimeProvider _time = new(Fixture.Now);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Certificates_with_a_base_URL_are_due_a_day_after_the_start_and_claimed_once()
    {
        InMemoryRecordSource source = Create(out _);
        Assert.Empty(await source.ClaimDueAsync(Fixture.Now.AddHours(21.5), Cancellation));
        Assert.Equal(["wiki"], await source.ClaimDueAsync(Fixture.Now.AddHours(24), Cancellation));
        Assert.Empty(await source.ClaimDueAsync(Fixture.Now.AddHours(24), Cancellation));
        Assert.Equal(["wiki"], await source.ClaimDueAsync(Fixture.Now.AddHours(25), Cancellation));
    }

    [Fact]
    public async Task A_fetch_that_succeeded_is_scheduled_anew()
    {
        InMemoryRecordSource source = Create(out _);
        await source.ClaimDueAsync(Fixture.Now.AddHours(24), Cancellation);
        await source.ScheduleAsync("wiki", Fixture.Now.AddHours(47), Cancellation);
        Assert.Empty(await source.ClaimDueAsync(Fixture.Now.AddHours(46), Cancellation));
        Assert.Equal(["wiki"], await source.ClaimDueAsync(Fixture.Now.AddHours(47), Cancellation));
    }

    [Fact]
    public async Task A_suspect_is_claimed_once_in_five_minutes_if_it_has_a_base_URL()
    {
        InMemoryRecordSource source = Create(out _);
        Assert.True(await source.ClaimSuspectAsync("wiki", Fixture.Now, Cancellation));
        Assert.False(await source.ClaimSuspectAsync("wiki", Fixture.Now.AddSeconds(299), Cancellation));
        Assert.True(await source.ClaimSuspectAsync("wiki", Fixture.Now.AddSeconds(300), Cancellation));
        Assert.False(await source.ClaimSuspectAsync("blog", Fixture.Now, Cancellation));
        Assert.False(await source.ClaimSuspectAsync("unknown", Fixture.Now, Cancellation));
    }

    [Fact]
    public async Task A_trust_that_is_added_later_is_refreshed_like_the_others()
    {
        InMemoryRecordSource source = Create(out InMemoryTrustStore trusts);
        ApplicationKeys forum = Fixture.Tracker;
        trusts.TryAdd(new TrustedApplication(Establish(forum, BaseUrl.Parse("https://tracker.example")), _conditions));
        Assert.True(await source.ClaimSuspectAsync("tracker", Fixture.Now, Cancellation));
    }

    [Fact]
    public async Task A_change_is_made_to_the_newest_record_and_none_is_lost()
    {
        InMemoryRecordSource source = Create(out InMemoryTrustStore trusts);
        var seen = new List<CertificateRecord>();
        CertificateRecord other = Establish(Fixture.Wiki, BaseUrl.Parse("https://wiki.example"));

        bool isChanged = await source.ChangeAsync(
            "wiki",
            record =>
            {
                seen.Add(record);
                if (seen.Count == 1) trusts.Replace(trusts.Find("wiki")!.With(other)); // an administrator comes in between
                return record.Offer(record.Certificate, Fixture.Now.AddHours(1)).Record;
            },
            Cancellation);

        Assert.True(isChanged);
        Assert.Equal([_wiki, other], seen);
        Assert.Equal(Fixture.Now.AddHours(1), trusts.Find("wiki")!.Record!.LastConfirmedAt);
    }

    [Fact]
    public async Task No_change_is_made_to_a_trust_that_is_gone_or_has_no_record()
    {
        InMemoryRecordSource source = Create(out InMemoryTrustStore trusts);
        trusts.Remove("wiki");
        Assert.Null(await source.FindAsync("wiki", Cancellation));
        Assert.False(await source.ChangeAsync("wiki", record => record, Cancellation));
    }

    [Fact]
    public async Task A_certificate_that_lists_the_legacy_key_is_rejected()
    {
        ApplicationKeys next = Fixture.Wiki.WithNext(Fixture.Now);
        ApplicationKey coming = next.Keys.First(key => key is { Use: KeyUse.Signature, Status: KeyStatus.Next });
        var trust = new TrustedApplication(_wiki, _conditions, new LegacyAccess(coming.PublicKey, _conditions, DateTimeOffset.MaxValue));
        var trusts = new InMemoryTrustStore(trust);
        var source = new InMemoryRecordSource(trusts, _time);
        CertificateRecord replaced = _wiki.Replace(next.ToCertificate(), _wiki.BaseUrl, Fixture.Now);

        var rejected = await Assert.ThrowsAsync<CertificateException>(
            () => source.ChangeAsync("wiki", _ => replaced, Cancellation));

        Assert.Contains("legacy key", rejected.Message, StringComparison.Ordinal);
        Assert.Same(trust, trusts.Find("wiki"));
    }

    private static CertificateRecord Establish(ApplicationKeys keys, BaseUrl? baseUrl) =>
        CertificateRecord.Establish(keys.ToCertificate(), baseUrl, Fixture.Now);

    private InMemoryRecordSource Create(out InMemoryTrustStore trusts)
    {
        trusts = new InMemoryTrustStore(new TrustedApplication(_wiki, _conditions), new TrustedApplication(_blog, _conditions));
        return new InMemoryRecordSource(trusts, _time);
    }
}
