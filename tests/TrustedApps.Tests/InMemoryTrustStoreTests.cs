namespace TrustedApps.Tests;

public class InMemoryTrustStoreTests
{
    private readonly TrustedApplication _wiki = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3);
    private readonly TrustedApplication _blog = Fixture.Trust(Fixture.Blog, ProtocolVersion.Atlassian3);

    [Fact]
    public void A_trust_is_found_by_its_exact_id()
    {
        var store = new InMemoryTrustStore(_wiki, _blog);
        Assert.Same(_wiki, store.Find("wiki"));
        Assert.Same(_blog, store.Find("blog"));
        Assert.Null(store.Find("Wiki"));
        Assert.Null(store.Find("wiki "));
        Assert.Null(store.Find(""));
        Assert.Equal(2, store.Trusts.Count);
    }

    [Fact]
    public void A_trust_that_is_there_is_not_replaced_silently()
    {
        var store = new InMemoryTrustStore(_wiki);
        TrustedApplication other = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2);
        Assert.False(store.TryAdd(other));
        Assert.Same(_wiki, store.Find("wiki"));
        Assert.True(store.TryAdd(_blog));
        Assert.Same(_blog, store.Find("blog"));
    }

    [Fact]
    public void Replacing_is_a_step_of_its_own()
    {
        var store = new InMemoryTrustStore(_wiki);
        TrustedApplication other = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2);
        store.Replace(other);
        Assert.Same(other, Assert.Single(store.Trusts));
        store.Replace(_blog);
        Assert.Equal(2, store.Trusts.Count);
    }

    [Fact]
    public void A_trust_that_was_removed_is_gone()
    {
        var store = new InMemoryTrustStore(_wiki);
        Assert.False(store.Remove("blog"));
        Assert.True(store.Remove("wiki"));
        Assert.False(store.Remove("wiki"));
        Assert.Null(store.Find("wiki"));
        Assert.Empty(store.Trusts);
    }

    [Fact]
    public async Task The_next_request_after_a_removal_is_refused()
    {
        var provider = new Provider(_wiki);
        Assert.Equal("OK fred", await provider.Answer(Request.Of(ProtocolVersion.Atlassian3)));
        provider.Trusts.Remove("wiki");
        Assert.Equal("APP_UNKNOWN", await provider.Answer(Request.Of(ProtocolVersion.Atlassian3)));
    }

    [Fact]
    public void Mistakes_of_the_caller_throw()
    {
        Assert.Contains("'wiki' is there twice", Assert.Throws<ArgumentException>(() => new InMemoryTrustStore(_wiki, _wiki)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new InMemoryTrustStore((IEnumerable<TrustedApplication>)null!));
        Assert.Throws<ArgumentNullException>(() => new InMemoryTrustStore([null!]));
        Assert.Throws<ArgumentNullException>(() => new InMemoryTrustStore().TryAdd(null!));
        Assert.Throws<ArgumentNullException>(() => new InMemoryTrustStore().Replace(null!));
    }

    [Fact]
    public void Readers_see_each_change_whole_while_it_changes()
    {
        var store = new InMemoryTrustStore(_wiki);
        TrustedApplication[] versions = [_wiki, Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2)];
        int wrong = 0, reads = 0;
        Threads.Run(8, thread =>
        {
            for (int round = 0; round < 5000; round++)
            {
                if (thread == 0)
                {
                    store.Replace(versions[round % 2]);
                    if (round % 3 == 0) store.Remove("blog");
                    else store.TryAdd(_blog);
                }
                else
                {
                    TrustedApplication? blog = store.Find("blog");
                    bool right = Array.IndexOf(versions, store.Find("wiki")) >= 0 && (blog is null || blog == _blog) && store.Trusts.Count is 1 or 2;
                    if (!right) Interlocked.Increment(ref wrong);
                    Interlocked.Increment(ref reads);
                }
            }
        });
        Assert.Equal(0, wrong);
        Assert.Equal(35_000, reads);
    }
}
