using System.Collections.Concurrent;

namespace TrustedApps;

/// <summary>Trusts in process memory. Safe for concurrent use: reads take no lock and see each change whole.</summary>
public sealed class InMemoryTrustStore : ITrustStore
{
    private readonly ConcurrentDictionary<string, TrustedApplication> _trusts = new(StringComparer.Ordinal);

    /// <summary>Makes a store.</summary>
    /// <param name="trusts">The trusts to begin with.</param>
    /// <exception cref="ArgumentException">Two of them have the same id.</exception>
    public InMemoryTrustStore(params IEnumerable<TrustedApplication> trusts)
    {
        ArgumentNullException.ThrowIfNull(trusts);
        foreach (TrustedApplication trust in trusts)
        {
            if (!TryAdd(trust))
            {
                throw new ArgumentException($"The application '{trust.Id}' is there twice.", nameof(trusts));
            }
        }
    }

    /// <summary>The trusts at this moment.</summary>
    public IReadOnlyCollection<TrustedApplication> Trusts => [.. _trusts.Values];

    /// <summary>Adds a trust unless its id is there already: an id on record is never replaced silently.</summary>
    /// <param name="trust">The trust.</param>
    /// <returns>Whether it was added.</returns>
    public bool TryAdd(TrustedApplication trust)
    {
        ArgumentNullException.ThrowIfNull(trust);
        return _trusts.TryAdd(trust.Id, trust);
    }

    /// <summary>Adds a trust or takes the place of the one with its id.</summary>
    /// <param name="trust">The trust.</param>
    public void Replace(TrustedApplication trust)
    {
        ArgumentNullException.ThrowIfNull(trust);
        _trusts[trust.Id] = trust;
    }

    /// <summary>Takes the place of a trust, unless it was changed or removed in the meantime.</summary>
    /// <param name="trust">The trust as it was found.</param>
    /// <param name="replacement">What is to take its place; of the same id.</param>
    /// <returns>Whether it was replaced.</returns>
    /// <exception cref="ArgumentException">The ids differ.</exception>
    public bool TryReplace(TrustedApplication trust, TrustedApplication replacement)
    {
        ArgumentNullException.ThrowIfNull(trust);
        ArgumentNullException.ThrowIfNull(replacement);
        if (trust.Id != replacement.Id)
        {
            throw new ArgumentException(
                $"'{replacement.Id}' cannot take the place of '{trust.Id}'.",
                nameof(replacement)
            );
        }

        return _trusts.TryUpdate(trust.Id, replacement, trust);
    }

    /// <summary>Removes a trust: the next request of the application is refused.</summary>
    /// <param name="applicationId">The id.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string applicationId) => _trusts.TryRemove(applicationId, out _);

    /// <inheritdoc/>
    public TrustedApplication? Find(string applicationId) => _trusts.GetValueOrDefault(applicationId);
}
