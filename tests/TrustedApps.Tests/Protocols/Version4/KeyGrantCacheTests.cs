using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

public class KeyGrantCacheTests
{
    private const long Skew = 30;

    private readonly TrustedApplication _wiki = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4);
    private readonly TrustedApplication _blog = Fixture.Trust(Fixture.Blog, ProtocolVersion.Version4);
    private static readonly Lazy<TrustedApplication[]> _others = new(() =>
    [
        .. new[] { "third", "fourth" }.Select(id => new TrustedApplication(
            Fixture.RecordOf(ThrowAwayKeys.Of(id, 3)), new TrustConditions { Addresses = ["*"], Urls = ["*"] })),
    ]);

    private readonly KeyGrantCache _kept = new(new KeyGrantLimits(Capacity: 3, CapacityPerTrust: 3, ReservePerTrust: 1), _ => true);

    [Fact]
    public void A_grant_is_found_by_trust_and_token_and_by_nothing_else()
    {
        KeyGrant grant = Keep(_wiki, 1);
        Assert.Same(grant, _kept.FindToken(_wiki, new string(grant.Token.AsSpan())));
        Assert.Null(_kept.FindToken(_blog, grant.Token));
        Assert.Null(_kept.FindToken(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4), grant.Token)); // the trust as it was changed
        Assert.Null(_kept.FindToken(_wiki, grant.Token + "A"));
        Assert.Null(_kept.FindToken(_wiki, "A" + grant.Token)); // which ends in the same
        Assert.Null(_kept.FindToken(_wiki, grant.Token[..^1]));
        Assert.Null(_kept.FindToken(_wiki, grant.Token.ToUpperInvariant()));
        Assert.Null(_kept.FindToken(_wiki, ""));
    }

    [Fact]
    public void One_of_an_earlier_revision_that_comes_late_is_not_kept_and_drops_none()
    {
        TrustedApplication present = _wiki;
        var kept = new KeyGrantCache(new KeyGrantLimits(), trust => trust.Revision == present.Revision);
        KeyGrant before = Craft4.NewGrant(Craft4.IdOf(1)), after = Craft4.NewGrant(Craft4.IdOf(2)), late = Craft4.NewGrant(Craft4.IdOf(3));
        Assert.Equal(KeyGrantCacheResult.Kept, kept.Keep(_wiki, before, Craft4.Now, Skew));
        present = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4);
        Assert.Equal(KeyGrantCacheResult.Kept, kept.Keep(present, after, Craft4.Now, Skew));
        Assert.Equal(KeyGrantCacheResult.TrustChanged, kept.Keep(_wiki, late, Craft4.Now, Skew));
        Assert.Same(after, kept.FindToken(present, after.Token));
        Assert.Equal((true, false, 1), (IsDropped(before), IsDropped(after), kept.Count));
    }

    [Fact]
    public void A_grant_is_found_by_trust_and_id()
    {
        KeyGrant grant = Keep(_wiki, 1);
        Assert.Same(grant, _kept.FindId(_wiki, Craft4.IdOf(1)));
        Assert.Null(_kept.FindId(_wiki, Craft4.IdOf(2)));
        Assert.Null(_kept.FindId(_blog, Craft4.IdOf(1)));
    }

    [Fact]
    public void A_grant_is_found_by_trust_and_the_header_of_an_assertion()
    {
        KeyGrant grant = Keep(_wiki, 1);
        Assert.Same(grant, _kept.FindNamed(_wiki, AssertionToken.HeaderOf(Craft4.IdOf(1))));
        Assert.Same(grant, _kept.FindNamed(_wiki, Craft4.Encode($$"""{"kid":"{{Craft4.IdOf(1)}}","alg":"dir","enc":"A256GCM","typ":"trusted-app-cert+jwt"}""")));
        Assert.Null(_kept.FindNamed(_wiki, AssertionToken.HeaderOf(Craft4.IdOf(2))));
        Assert.Null(_kept.FindNamed(_wiki, AssertionToken.HeaderOf(Craft4.IdOf(1)) + "A"));
        Assert.Null(_kept.FindNamed(_wiki, AssertionToken.HeaderOf(Craft4.IdOf(1)).AsSpan()[..^1]));
        Assert.Null(_kept.FindNamed(_wiki, ""));
        Assert.Null(_kept.FindNamed(_blog, AssertionToken.HeaderOf(Craft4.IdOf(1))));
        Assert.Null(_kept.FindNamed(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4), AssertionToken.HeaderOf(Craft4.IdOf(1)))); // the trust as it was changed
        for (int number = 2; number <= 4; number++) Keep(_wiki, number, life: 600 + number);
        Assert.Equal([false, true, true, true], Enumerable.Range(1, 4).Select(id => _kept.FindNamed(_wiki, AssertionToken.HeaderOf(Craft4.IdOf(id))) is not null)); // no room
    }

    // The short cut sees nothing that the strict reader would not see.
    [Property(MaxTest = 5000)]
    public Property A_header_that_is_found_is_one_that_names_it() => ForAll.In(
        Generators.Mutate(Gen.Elements(AssertionToken.HeaderOf(Craft4.IdOf(1)), AssertionToken.HeaderOf(Craft4.IdOf(2))), Gen.Elements("ABZaz09-_=. ".ToCharArray())),
        header =>
        {
            var kept = new KeyGrantCache(new KeyGrantLimits(), _ => true);
            kept.Keep(_wiki, Craft4.NewGrant(Craft4.IdOf(1)), Craft4.Now, Skew);
            return kept.FindNamed(_wiki, header) is not null == (AssertionToken.FindGrantId(header) == Craft4.IdOf(1));
        });

    [Fact]
    public void A_second_grant_of_the_same_id_is_not_kept_before_the_first_has_expired()
    {
        KeyGrant first = Keep(_wiki, 1);
        KeyGrant second = Craft4.NewGrant(Craft4.IdOf(1), expiresAt: Craft4.Now + 3600, token: "another");
        Assert.Equal(KeyGrantCacheResult.OtherOfSameId, _kept.Keep(_wiki, second, first.ExpiresAt + Skew, Skew));
        Assert.Same(first, _kept.FindToken(_wiki, first.Token));
        Assert.Equal(KeyGrantCacheResult.Kept, _kept.Keep(_wiki, second, first.ExpiresAt + Skew + 1, Skew));
        Assert.Same(second, _kept.FindToken(_wiki, second.Token));
        Assert.Null(_kept.FindToken(_wiki, first.Token));
        Assert.Equal(1, _kept.Count);
        Assert.True(IsDropped(first));
    }

    [Fact]
    public void One_id_in_two_applications_is_two_grants()
    {
        KeyGrant ofWiki = Keep(_wiki, 1), ofBlog = Keep(_blog, 1);
        Assert.Same(ofWiki, _kept.FindToken(_wiki, ofWiki.Token));
        Assert.Same(ofBlog, _kept.FindToken(_blog, ofBlog.Token));
    }

    [Fact]
    public void When_a_trust_has_its_share_the_one_that_expires_first_gives_way()
    {
        KeyGrant first = Keep(_wiki, 1, life: 500), earliest = Keep(_wiki, 2, life: 400), last = Keep(_wiki, 3, life: 600);
        KeyGrant other = Keep(_blog, 2, life: 300), added = Keep(_wiki, 4);
        Assert.Null(_kept.FindToken(_wiki, earliest.Token));
        Assert.True(IsDropped(earliest));
        Assert.All([first, last, added], grant => Assert.Same(grant, _kept.FindToken(_wiki, grant.Token)));
        Assert.Same(other, _kept.FindToken(_blog, other.Token));
        Assert.Equal(4, _kept.Count);
    }

    [Fact]
    public void When_there_is_no_room_none_pushes_out_anothers_and_each_has_a_place_of_its_own()
    {
        KeyGrant[] ofWiki = [Keep(_wiki, 1), Keep(_wiki, 2), Keep(_wiki, 3)];
        KeyGrant ofBlog = Keep(_blog, 1); // four in all: of the bound of three, two are used, and each trust has one beyond it
        KeyGrant second = Keep(_blog, 2); // which takes the last, and more come at the cost of its own
        KeyGrant third = Keep(_blog, 3, life: 700);
        Assert.True(IsDropped(ofBlog) || IsDropped(second));
        Assert.All(ofWiki, grant => Assert.Same(grant, _kept.FindToken(_wiki, grant.Token)));
        Assert.Same(third, _kept.FindToken(_blog, third.Token));
    }

    [Fact]
    public void The_places_of_very_many_trusts_end_at_half_of_the_bound()
    {
        var kept = new KeyGrantCache(new KeyGrantLimits(Capacity: 2, CapacityPerTrust: 2, ReservePerTrust: 1), _ => true);
        TrustedApplication third = new(Fixture.RecordOf(Fixture.Tracker), new TrustConditions { Addresses = ["*"], Urls = ["*"] });
        foreach (TrustedApplication trust in new[] { _wiki, _blog, third })
        {
            Assert.Equal(KeyGrantCacheResult.Kept, kept.Keep(trust, Craft4.NewGrant(), Craft4.Now, Skew));
        }

        TrustedApplication fourth = new(Fixture.RecordOf(ThrowAwayKeys.Of("fourth", 3)), new TrustConditions { Addresses = ["*"], Urls = ["*"] });
        Assert.Equal(KeyGrantCacheResult.NoRoom, kept.Keep(fourth, Craft4.NewGrant(), Craft4.Now, Skew));
        Assert.Equal(KeyGrantCacheResult.Kept, kept.Keep(third, Craft4.NewGrant(Craft4.IdOf(1)), Craft4.Now, Skew)); // at the cost of its own
        Assert.Equal(3, kept.Count);
    }

    // No starvation of one trust by another: whatever others bring, a trust keeps as many as are its own.
    [Property(MaxTest = 50)]
    public Property Others_take_no_place_of_a_trust() => ForAll.In(
        from order in Gen.ArrayOf(Gen.Choose(0, 9), 400)
        from life in Gen.Choose(1, 1000)
        select (order, life),
        flood =>
        {
            var kept = new KeyGrantCache(new KeyGrantLimits(Capacity: 20, CapacityPerTrust: 15, ReservePerTrust: 2), _ => true);
            TrustedApplication[] hostile = [_blog, _others.Value[0], _others.Value[1]];
            var mine = new List<KeyGrant>();
            for (int number = 0; number < flood.order.Length; number++)
            {
                bool isMine = flood.order[number] == 0 && mine.Count < 2;
                KeyGrant grant = Craft4.NewGrant(Craft4.IdOf(number), Craft4.Now + (isMine ? flood.life : 600 + number));
                if (isMine) mine.Add(grant);
                if (kept.Keep(isMine ? _wiki : hostile[number % 3], grant, Craft4.Now, Skew) != KeyGrantCacheResult.Kept) return false;
                if (kept.Count > 30 || mine.Any(own => kept.FindToken(_wiki, own.Token) != own)) return false;
            }

            return true;
        });

    [Fact]
    public void A_trust_that_changes_begins_anew_and_the_keys_of_before_are_gone()
    {
        KeyGrant before = Keep(_wiki, 1), untouched = Keep(_blog, 1);
        TrustedApplication changed = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4);
        KeyGrant after = Keep(changed, 2);
        Assert.True(IsDropped(before));
        Assert.False(IsDropped(untouched));
        Assert.Same(after, _kept.FindToken(changed, after.Token));
        Assert.Null(_kept.FindToken(_wiki, after.Token));
        Assert.Equal(2, _kept.Count);
    }

    [Fact]
    public void Keys_of_expired_grants_are_swept_even_of_trusts_that_fell_silent()
    {
        KeyGrant silent = Keep(_wiki, 1, life: 100);
        KeyGrant kept = Keep(_wiki, 2, life: 10_000);
        Assert.Equal(KeyGrantCacheResult.Kept, _kept.Keep(_blog, Craft4.NewGrant(Craft4.IdOf(1), Craft4.Now + 9000), Craft4.Now + 100 + Skew, Skew));
        Assert.False(IsDropped(silent));
        Assert.Equal(KeyGrantCacheResult.Kept, _kept.Keep(_blog, Craft4.NewGrant(Craft4.IdOf(2), Craft4.Now + 9000), Craft4.Now + 100 + Skew + 61, Skew));
        Assert.True(IsDropped(silent));
        Assert.Same(kept, _kept.FindToken(_wiki, kept.Token));
        Assert.Equal(3, _kept.Count);

        // The other trust goes as a whole, and comes again.
        Assert.Equal(KeyGrantCacheResult.Kept, _kept.Keep(_wiki, Craft4.NewGrant(Craft4.IdOf(3), Craft4.Now + 90_000), Craft4.Now + 20_000, Skew));
        Assert.True(IsDropped(kept));
        Assert.Equal(1, _kept.Count);
    }

    [Fact]
    public void Threads_at_once_keep_the_bounds()
    {
        KeyGrantCache kept = new KeyGrantCache(new KeyGrantLimits(Capacity: 100, CapacityPerTrust: 10), _ => true);
        Threads.Run(8, thread =>
        {
            TrustedApplication trust = thread % 2 == 0 ? _wiki : _blog;
            for (int number = 0; number < 100; number++) kept.Keep(trust, Craft4.NewGrant(Craft4.IdOf((thread * 1000) + number)), Craft4.Now, Skew);
        });
        Assert.Equal(20, kept.Count);
    }

    private KeyGrant Keep(TrustedApplication trust, int number, long life = 600)
    {
        KeyGrant grant = Craft4.NewGrant(Craft4.IdOf(number), Craft4.Now + life);
        Assert.Equal(KeyGrantCacheResult.Kept, _kept.Keep(trust, grant, Craft4.Now, Skew));
        return grant;
    }

    private static bool IsDropped(KeyGrant grant) => grant.RequestKey.Rent() is null;
}
