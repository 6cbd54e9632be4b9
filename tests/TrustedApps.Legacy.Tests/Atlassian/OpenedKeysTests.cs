using System.Security.Cryptography;
using TrustedApps.Legacy.Atlassian;

namespace TrustedApps.Legacy.Tests.Atlassian;

public class OpenedKeysTests
{
    [Fact]
    public void A_key_is_found_by_exactly_its_header()
    {
        var keys = new OpenedKeys();
        OpenedKey key = NewKey();
        Assert.Null(keys.Find(key.Header));
        keys.Add(key);
        Assert.Same(key, keys.Find(new string(key.Header.AsSpan())));

        // The end decides where to look, the whole on what is found.
        string[] others = ["", key.Header[1..], key.Header[..^1], key.Header[^32..], "A" + key.Header, key.Header + "A", "-" + key.Header[1..], key.Header[..^1] + "-"];
        Assert.All(others, other => Assert.Null(keys.Find(other)));
    }

    [Fact]
    public void A_short_header_is_found_as_well()
    {
        var keys = new OpenedKeys();
        OpenedKey key = NewKey("QQ==");
        keys.Add(key);
        Assert.Same(key, keys.Find("QQ=="));
        Assert.Null(keys.Find(""));
    }

    [Fact]
    public void So_many_are_held_and_one_more_takes_the_place_of_the_first()
    {
        var keys = new OpenedKeys();
        OpenedKey[] held = [.. Enumerable.Range(0, OpenedKeys.Capacity).Select(_ => NewKey())];
        foreach (OpenedKey key in held) keys.Add(key);
        Assert.All(held, key => Assert.Same(key, keys.Find(key.Header)));

        OpenedKey more = NewKey();
        keys.Add(more);
        Assert.Same(more, keys.Find(more.Header));
        Assert.Equal([held[0]], held.Where(key => keys.Find(key.Header) is null));
    }

    [Fact]
    public void What_is_held_already_takes_no_place_again()
    {
        var keys = new OpenedKeys();
        OpenedKey first = NewKey(), second = NewKey();
        keys.Add(first);
        for (int time = 0; time < 2 * OpenedKeys.Capacity; time++)
        {
            keys.Add(second);
            keys.Add(NewKey(second.Header));
        }

        Assert.Same(first, keys.Find(first.Header));
        Assert.Same(second, keys.Find(second.Header));
    }

    [Property(MaxTest = 50)]
    public Property Whatever_is_held_a_header_finds_its_own_key_or_none() => ForAll.In(
        Gen.ArrayOf(Gen.Choose(0, 2 * OpenedKeys.Capacity), 500),
        numbers =>
        {
            var keys = new OpenedKeys();
            foreach (int number in numbers)
            {
                keys.Add(NewKey(HeaderOf(number)));
                if (keys.Find(HeaderOf(number))?.Header != HeaderOf(number)) return false;
            }

            return Enumerable.Range(0, 2 * OpenedKeys.Capacity).Select(HeaderOf).All(header => (keys.Find(header)?.Header ?? header) == header)
                && Enumerable.Range(0, 2 * OpenedKeys.Capacity).Count(number => keys.Find(HeaderOf(number)) is not null) <= OpenedKeys.Capacity;
        });

    [Fact]
    public void Eight_threads_at_once_find_no_key_of_another_header()
    {
        var keys = new OpenedKeys();
        OpenedKey[] all = [.. Enumerable.Range(0, 3 * OpenedKeys.Capacity).Select(_ => NewKey())];
        (int found, int wrong) = (0, 0);
        Threads.Run(8, number =>
        {
            for (int round = 0; round < 20_000; round++)
            {
                OpenedKey key = all[((round * 7) + number) % all.Length];
                keys.Add(key);
                OpenedKey? read = keys.Find(key.Header);
                if (read is not null) Interlocked.Increment(ref found);
                if (read is not null && !ReferenceEquals(read, key)) Interlocked.Increment(ref wrong);
            }
        });
        Assert.Equal(0, wrong);
        Assert.True(found > 0);
    }

    private static string HeaderOf(int number) => new string('A', 336) + number.ToString("x8", CultureInfo.InvariantCulture);

    private static OpenedKey NewKey(string? header = null) => new(header ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(256)), Craft.SecretKey);
}
