using System.Reflection;
using System.Runtime.CompilerServices;
using TrustedApps.Legacy.Atlassian;
using TrustedApps.Protocols;

namespace TrustedApps.Legacy.Tests.Atlassian;

public class OpenedKeyTests
{
    [Fact]
    public void It_decrypts_every_text_from_the_start()
    {
        var key = new OpenedKey("header", Craft.SecretKey);
        for (int time = 0; time < 2; time++)
        {
            byte[] expected = [1, 2, 3, 4, 5], text = [1, 2, 3, 4, 5];
            Rc4.Transform(Craft.SecretKey, expected);
            key.Cipher.Transform(text);
            Assert.Equal(expected, text);
        }
    }

    [Fact]
    public void Its_mark_is_a_digest_of_the_key_and_not_of_the_header()
    {
        Assert.Equal(Digests.OfSecretKey(Craft.SecretKey), new OpenedKey("header", Craft.SecretKey).ReplayKey);
        Assert.Equal(new OpenedKey("other", Craft.SecretKey).ReplayKey, new OpenedKey("header", Craft.SecretKey).ReplayKey);
        Assert.NotEqual(new OpenedKey("header", [.. Craft.SecretKey.Reverse()]).ReplayKey, new OpenedKey("header", Craft.SecretKey).ReplayKey);
    }

    [Fact]
    public void The_companion_of_its_mark_is_a_digest_of_key_certificate_and_url_whatever_came_before()
    {
        var key = new OpenedKey("header", Craft.SecretKey);
        string[] texts = ["", "a", "b", new('c', 1023), new('d', 1024), new('e', 5000)];
        foreach (string cert in texts)
        {
            foreach (string url in texts)
            {
                for (int time = 0; time < 2; time++) Assert.Equal(Digests.OfBinding(key.ReplayKey, cert, url), key.BindTo(cert, url));
                Assert.Equal(Digests.OfBinding(key.ReplayKey, cert, "other"), key.BindTo(cert, "other"));
                Assert.Equal(Digests.OfBinding(key.ReplayKey, "other", url), key.BindTo("other", url));
            }
        }
    }

    [Fact]
    public void What_it_comes_with_is_not_kept_where_it_is_long()
    {
        OpenedKey key = new("header", Craft.SecretKey), other = new("header", Craft.SecretKey);
        WeakReference kept = Come(key, 1000), notKept = Come(other, 1001);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Equal((true, false), (kept.IsAlive, notKept.IsAlive));
        GC.KeepAlive(key);
        GC.KeepAlive(other);
    }

    [Fact]
    public void No_text_and_no_property_shows_the_key()
    {
        var key = new OpenedKey("header", Craft.SecretKey);
        Assert.Equal("OpenedKey", key.ToString());
        Assert.Equal("OpenedAssertion", new OpenedAssertion(Fixture.Stamp, "fred", key).ToString());
        Assert.Equal("LegacyAssertion", new LegacyAssertion(Fixture.Stamp, "fred", key).ToString());
        Assert.Equal(["Cipher", "Header", "ReplayKey"], Names(typeof(OpenedKey)));
        Assert.Empty(Names(typeof(Rc4)));

        static string[] Names(Type type) =>
            [.. type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Select(property => property.Name).Order(StringComparer.Ordinal)];
    }

    // Not inlined, so that nothing else holds the text.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Come(OpenedKey key, int length)
    {
        string cert = new('c', length);
        key.BindTo(cert, "https://tracker.example/");
        return new WeakReference(cert);
    }
}
