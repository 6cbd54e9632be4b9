using System.Collections.Concurrent;

namespace TrustedApps;

/// <summary>
/// Trusts in process memory. Safe for concurrent use: reads take no lock and never see half of a change.
/// </summary>
public sealed class InMemoryTrustStore : ITrustStore
{
    private readonly ConcurrentDictionary<string, TrustedApplication> _trusts = new(StringComparer.Ordinal);

    /// <summary>Creates a store.</summary>
    /// <param name="trusts">The initial trusts.</param>
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

    int? ITrustStore.Count => _trusts.Count;

    /// <summary>Adds a trust unless its id exists: an existing id is never replaced silently.</summary>
    /// <param name="trust">The trust.</param>
    /// <returns>Whether it was added.</returns>
    public bool TryAdd(TrustedApplication trust)
    {
        ArgumentNullException.ThrowIfNull(trust);
        return _trusts.TryAdd(trust.Id, trust);
    }

    /// <summary>Adds a trust, or replaces the one with the same id.</summary>
    /// <param name="trust">The trust.</param>
    public void Replace(TrustedApplication trust)
    {
        ArgumentNullException.ThrowIfNull(trust);
        _trusts[trust.Id] = trust;
    }

    /// <summary>Replaces a trust, unless it was changed or removed in the meantime.</summary>
    /// <param name="trust">The trust as it was found.</param>
    /// <param name="replacement">The new trust, with the same id.</param>
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

    /// <summary>Removes a trust. The next request of the application is rejected.</summary>
    /// <param name="applicationId">The id.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string applicationId) => _trusts.TryRemove(applicationId, out _);

    /// <inheritdoc/>
    public TrustedApplication? Find(string applicationId) => _trusts.GetValueOrDefault(applicationId);
}
