namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Accounts that have logged in from a network, as keyed hashes: a table of fixed size, in which a new entry replaces
/// the oldest of its places. Not safe for concurrent use.
/// </summary>
internal sealed class KnownLogins(int capacity, TimeProvider time)
{
    private const int Places = 8; // for each entry

    private static readonly TimeSpan _lifetime = TimeSpan.FromDays(30); // a user who comes once a month stays known

    private readonly Entry[] _entries = new Entry[capacity / Places * Places];

    public bool Contains(LoginKey accountThere)
    {
        foreach (Entry entry in PlacesOf(accountThere))
        {
            if (entry.Hash == accountThere.Hash && IsAlive(entry)) return true;
        }

        return false;
    }

    public void Add(LoginKey accountThere)
    {
        Span<Entry> places = PlacesOf(accountThere);
        int place = 0;
        for (int other = 0; other < places.Length; other++)
        {
            if (places[other].Hash == accountThere.Hash || !IsAlive(places[other]))
            {
                place = other;
                if (places[other].Hash == accountThere.Hash) break;
            }
            else if (IsAlive(places[place]) && places[other].Since < places[place].Since)
            {
                place = other;
            }
        }

        places[place] = new Entry(accountThere.Hash, time.GetTimestamp(), IsUsed: true);
    }

    private bool IsAlive(in Entry entry) => entry.IsUsed && time.GetElapsedTime(entry.Since) < _lifetime;

    private Span<Entry> PlacesOf(LoginKey key) =>
        _entries.AsSpan((int)((ulong)key.Hash % (ulong)(_entries.Length / Places)) * Places, Places);

    private readonly record struct Entry(UInt128 Hash, long Since, bool IsUsed);
}
