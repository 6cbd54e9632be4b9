using System.Collections.Concurrent;
using System.Net;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The provider's side of key grants: each is verified once and then cached (specification version-4.md, section 3).
/// Safe for concurrent use.
/// </summary>
internal sealed class KeyGrantVerifier(KeyGrantRules rules, KeyGrantLimits limits)
{
    private readonly Lock _gate = new();
    private readonly FailureRateLimiter _failures = new(limits.MaxFailuresPerMinute);
    private readonly ConcurrentDictionary<
        (KeyGrantState Epoch, object Revision, string Token),
        TaskCompletionSource<KeyGrantResult>
    > _pending = new();
    private KeyGrantState _epoch = new(
        rules,
        new KeyGrantCache(limits.Capacity, limits.CapacityPerTrust),
        new NegativeKeyGrantCache()
    );

    /// <summary>Finds the key grant of a request, if it is valid.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="trust">The trust of the application that they name.</param>
    /// <param name="keys">The provider's keys at this moment.</param>
    /// <param name="address">The address that the request came from.</param>
    /// <param name="now">The clock.</param>
    /// <param name="cancellationToken">Ends the wait for another request that verifies the same grant.</param>
    public ValueTask<KeyGrantResult> FindAsync(
        in AssertionHeaders headers,
        TrustedApplication trust,
        ApplicationKeys keys,
        IPAddress? address,
        DateTimeOffset now,
        CancellationToken cancellationToken = default
    )
    {
        KeyGrantState epoch = EpochOf(keys, now);
        long second = now.ToUnixTimeSeconds();
        if (epoch.Kept.FindToken(trust, headers.Key!) is { } kept) return new(CheckTime(kept, trust, second));

        // Checks that need no RSA operation come first, and each request makes them itself.
        if (
            KeyGrantToken.Read(headers.Key!, trust, epoch.Rules, second, out KeyGrantCandidate? candidate) is
            { } refusal
        )
        {
            return new(new KeyGrantResult(refusal));
        }

        return ProveOnceAsync(candidate!, trust, epoch, address, now, cancellationToken);
    }

    private KeyGrantState EpochOf(ApplicationKeys keys, DateTimeOffset now)
    {
        KeyGrantState epoch = Volatile.Read(ref _epoch);
        return ReferenceEquals(epoch.Rules.Keys, keys) ? epoch : Follow(keys, now);
    }

    // New keys may open grants rejected before, so the negative cache is cleared. Grants opened with a removed key must
    // be verified again: the key may have been removed because it was stolen. A request that began with the old keys
    // ends with them.
    private KeyGrantState Follow(ApplicationKeys keys, DateTimeOffset now)
    {
        lock (_gate)
        {
            KeyGrantState epoch = _epoch;
            if (ReferenceEquals(epoch.Rules.Keys, keys)) return epoch;
            KeyGrantCache kept =
                epoch.Rules.Keys is not { } before || keys.HasEncryptionKeysOf(before, now)
                    ? epoch.Kept
                    : new(limits.Capacity, limits.CapacityPerTrust);
            epoch = new(rules with { Keys = keys }, kept, new NegativeKeyGrantCache());
            Volatile.Write(ref _epoch, epoch);
            return epoch;
        }
    }

    // If several requests arrive with a new grant, one verifies it and the others wait.
    private async ValueTask<KeyGrantResult> ProveOnceAsync(
        KeyGrantCandidate candidate,
        TrustedApplication trust,
        KeyGrantState epoch,
        IPAddress? address,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        // Requests that began with other keys, or under another revision of the trust, verify for themselves.
        (KeyGrantState, object, string) pending = (epoch, trust.Revision, candidate.Token);
        var mine = new TaskCompletionSource<KeyGrantResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<KeyGrantResult> first = _pending.GetOrAdd(pending, mine);
        if (!ReferenceEquals(first, mine)) return await first.Task.WaitAsync(cancellationToken).ConfigureAwait(false);

        // All waiting requests get the same result, or the same exception of a key that cannot be reached.
        Task<KeyGrantResult> proving = ProveAsync(candidate, trust, epoch, address, now);
        await ((Task)proving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pending.TryRemove(pending, out _);
        mine.SetFromTask(proving);
        return await mine.Task.ConfigureAwait(false);
    }

    // An RSA operation with the public key comes before one with the private key.
    private async Task<KeyGrantResult> ProveAsync(
        KeyGrantCandidate candidate,
        TrustedApplication trust,
        KeyGrantState epoch,
        IPAddress? address,
        DateTimeOffset moment
    )
    {
        (string token, long now) = (candidate.Token, moment.ToUnixTimeSeconds());
        KeyGrant? kept = epoch.Kept.FindId(trust, candidate.Id);
        // by another request in the meantime
        if (kept is not null && kept.Token == token) return CheckTime(kept, trust, now);
        if (kept is not null && kept.ExpiresAt + rules.Skew >= now)
        {
            return new(new Rejection(RejectionReason.GrantIdTaken, trust.Id));
        }

        UInt128 mark = NegativeKeyGrantCache.MarkOf(trust.Id, token);
        if (epoch.Rejected.Contains(mark, now))
        {
            return new(new Rejection(RejectionReason.GrantRejectedBefore, trust.Id));
        }

        if (_failures.IsExceeded(trust.Id, address, now))
        {
            return new(
                new Rejection(RejectionReason.TooManyFailedGrants, trust.Id, address?.ToString()),
                FailureRateLimiter.TimeToNext(now)
            );
        }

        if (!KeyGrantToken.HasGoodSignature(candidate)) return Fail(RejectionReason.GrantSignatureWrong);
        KeyGrant? grant = await KeyGrantToken
            .OpenAsync(candidate, trust.Id, epoch.Rules.Keys!, moment)
            .ConfigureAwait(false);
        if (grant is null) return Fail(RejectionReason.GrantNotReadable);

        KeyGrantCacheResult result = epoch.Kept.Keep(trust, grant, now, rules.Skew);
        if (result == KeyGrantCacheResult.Kept) return new(grant);

        grant.Key.Drop();
        bool isTaken = result == KeyGrantCacheResult.OtherOfSameId;
        return new(new Rejection(isTaken ? RejectionReason.GrantIdTaken : RejectionReason.NoRoomForGrant, trust.Id));

        KeyGrantResult Fail(RejectionReason reason)
        {
            epoch.Rejected.Add(mark, now);
            _failures.Count(trust.Id, address, now);
            return new(new Rejection(reason, trust.Id));
        }
    }

    private KeyGrantResult CheckTime(KeyGrant kept, TrustedApplication trust, long now) =>
        KeyGrantToken.CheckTime(trust.Id, kept.IssuedAt, kept.ExpiresAt, rules, now) is { } untimely
            ? new(untimely)
            : new(kept);
}

/// <summary>
/// The rules for key grants and the caches of verified and rejected ones, for as long as the provider's keys stay the
/// same.
/// </summary>
internal sealed record KeyGrantState(KeyGrantRules Rules, KeyGrantCache Kept, NegativeKeyGrantCache Rejected);

/// <summary>Bounds of the cache of a provider.</summary>
/// <param name="Capacity">The number of key grants in all.</param>
/// <param name="CapacityPerTrust">
/// The number of key grants of one trust: one for each process of the consumer, and one more during renewal.
/// </param>
/// <param name="MaxFailuresPerMinute">
/// The number of failed key grants of one trust from one address in a minute.
/// </param>
internal sealed record KeyGrantLimits(
    int Capacity = 100_000,
    int CapacityPerTrust = 1_000,
    int MaxFailuresPerMinute = 600
);
