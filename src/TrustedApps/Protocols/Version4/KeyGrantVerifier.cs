using System.Collections.Concurrent;
using System.Net;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Limits;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The provider's side of key grants: each is verified once and then cached (specification version-4.md, section 3).
/// Safe for concurrent use.
/// </summary>
/// <param name="rules">The rules for key grants.</param>
/// <param name="limits">The bounds of the caches.</param>
/// <param name="budget">The processor time for failed verifications.</param>
/// <param name="keyTimeout">The time limit for an own private key that is elsewhere.</param>
/// <param name="trusts">The trusts as they are at the moment.</param>
internal sealed class KeyGrantVerifier(
    KeyGrantRules rules,
    KeyGrantLimits limits,
    FailureBudget budget,
    AnswerTimeout keyTimeout,
    ITrustStore trusts)
{
    // More than a flood can have verified in a minute, so one that sends its key grants again has each looked at once.
    private const int RejectedPlaces = 65_536;
    private const int RejectedSeconds = 60; // version-4.md, section 3

    // A consumer's second try comes after a second, and one that has many requests goes on trying. A list of forgeries
    // that begins again so soon is so short that all of them are among the rejected.
    private const int TurnedAwayPlaces = 65_536;
    private const int TurnedAwaySeconds = 10;

    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TrustShares _shares = new();
    private readonly RecentKeyGrants _turnedAway = new(TurnedAwayPlaces, TurnedAwaySeconds); // for want of a place
    private readonly ConcurrentDictionary<
        (KeyGrantState Epoch, object Revision, string Token),
        TaskCompletionSource<KeyGrantResult>
    > _pending = new();
    private KeyGrantState _epoch = new(
        rules,
        new KeyGrantCache(limits, trust => IsPresent(trusts, trust)),
        NewRejected()
    );

    /// <summary>Finds the key grant of a request, if it is valid.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="trust">The trust of the application that they name.</param>
    /// <param name="keys">The provider's keys at this moment.</param>
    /// <param name="address">The address that the request came from.</param>
    /// <param name="now">The clock.</param>
    /// <param name="cancellationToken">
    /// Ends the wait. The verification goes on, and its grant is kept for the next request.
    /// </param>
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

    /// <summary>Finds the key grant that a request without Key names by its assertion, if one is kept.</summary>
    /// <param name="cert">The Cert header.</param>
    /// <param name="trust">The trust of the application.</param>
    /// <param name="keys">The provider's keys at this moment.</param>
    /// <param name="now">The clock.</param>
    public KeyGrantResult FindNamed(string? cert, TrustedApplication trust, ApplicationKeys keys, DateTimeOffset now)
    {
        KeyGrant? kept = EpochOf(keys, now).Kept.FindNamed(trust, AssertionToken.HeaderPart(cert));
        bool isGood = kept is not null && CheckTime(kept, trust, now.ToUnixTimeSeconds()).Grant is not null;
        return isGood ? new(kept!) : new(new Rejection(RejectionReason.GrantNeeded, trust.Id));
    }

    /// <summary>Counts the key grants that are kept of each application.</summary>
    public IEnumerable<KeyValuePair<string, int>> CountKept() => Volatile.Read(ref _epoch).Kept.CountByTrust();

    private KeyGrantState EpochOf(ApplicationKeys keys, DateTimeOffset now)
    {
        KeyGrantState epoch = Volatile.Read(ref _epoch);
        return ReferenceEquals(epoch.Rules.Keys, keys) ? epoch : Follow(keys, now);
    }

    // New keys may open grants rejected before, so the negative cache is cleared. Grants opened with a removed key must
    // be verified again, and their keys are zeroed: the key may have been removed because it was stolen. A consumer
    // sends a request under way with one of them again.
    private KeyGrantState Follow(ApplicationKeys keys, DateTimeOffset now)
    {
        lock (_gate)
        {
            KeyGrantState epoch = _epoch;
            if (ReferenceEquals(epoch.Rules.Keys, keys)) return epoch;
            bool keeps = epoch.Rules.Keys is not { } before || keys.HasEncryptionKeysOf(before, now);
            KeyGrantCache kept = keeps ? epoch.Kept : new(limits, trust => IsPresent(trusts, trust));
            var next = new KeyGrantState(rules with { Keys = keys }, kept, NewRejected());
            Volatile.Write(ref _epoch, next);
            if (!keeps) epoch.Kept.Close();
            return next;
        }
    }

    // If several requests arrive with a new grant, it is verified once, whatever becomes of the first of them.
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
        if (ReferenceEquals(first, mine)) _ = CompleteAsync(ProveAsync(candidate, trust, epoch, address, now));
        return await first.Task.WaitAsync(cancellationToken).ConfigureAwait(false);

        async Task CompleteAsync(Task<KeyGrantResult> proving)
        {
            await ((Task)proving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _pending.TryRemove(pending, out _);
            mine.SetFromTask(proving);
        }
    }

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

        UInt128 mark = RecentKeyGrants.MarkOf(trust.Id, token);
        if (epoch.Rejected.Contains(mark, now))
        {
            return new(new Rejection(RejectionReason.GrantRejectedBefore, trust.Id));
        }

        FailurePlace? place = await budget
            .EnterAsync(
                trust.Id,
                SourceNetwork.Of(address),
                KeyGrantCost.OfSignature(candidate.SigningKey),
                returns: _turnedAway.CountOf(mark, now)
            )
            .ConfigureAwait(false);
        if (place is null)
        {
            _turnedAway.Add(mark, now);
            var turnedAway = new Rejection(RejectionReason.TooManyFailedGrants, trust.Id, address?.ToString());
            return new(turnedAway, _retryAfter);
        }

        KeyGrantResult result = await ProveAsync(candidate, trust, epoch, place, moment).ConfigureAwait(false);
        if (result.Rejection is { } failed && IsFailure(failed)) epoch.Rejected.Add(mark, now);
        else budget.Release(place);
        return result;
    }

    // An RSA operation with the public key comes before one with the private key, which is charged before it begins:
    // a key elsewhere may take its time, and any number could be under way.
    private async Task<KeyGrantResult> ProveAsync(
        KeyGrantCandidate candidate,
        TrustedApplication trust,
        KeyGrantState epoch,
        FailurePlace place,
        DateTimeOffset moment
    )
    {
        if (!KeyGrantToken.HasGoodSignature(candidate)) return Reject(RejectionReason.GrantSignatureWrong);

        budget.Add(place, KeyGrantCost.OfUnwrapping(candidate.SigningKey));
        KeyGrant? grant;
        try
        {
            grant = await keyTimeout
                .AskAsync(
                    static (asked, ended) => asked._shares.RunAsync(
                        asked.Id,
                        ShareOf(asked.Keys!),
                        static (asked, ended) =>
                            KeyGrantToken.OpenAsync(asked.candidate, asked.Id, asked.Keys!, asked.moment, ended),
                        asked,
                        ended),
                    (_shares, candidate, trust.Id, epoch.Rules.Keys, moment),
                    discard: static late => late?.Drop())
                .ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            Exception origin = cause.InnerException ?? cause;
            string said = $"{origin.GetType().Name}: {origin.Message}";
            Rejection unreachable = new(RejectionReason.OwnKeyUnavailable, trust.Id, said);
            return new(unreachable, _retryAfter);
        }

        if (grant is null) return Reject(RejectionReason.GrantNotReadable);
        KeyGrantCacheResult kept = epoch.Kept.Keep(trust, grant, moment.ToUnixTimeSeconds(), rules.Skew);
        if (kept == KeyGrantCacheResult.Kept) return new(grant);
        grant.Drop();
        return Reject(kept switch
        {
            KeyGrantCacheResult.OtherOfSameId => RejectionReason.GrantIdTaken,
            KeyGrantCacheResult.TrustChanged => RejectionReason.GrantDropped,
            _ => RejectionReason.NoRoomForGrant,
        });

        KeyGrantResult Reject(RejectionReason reason) => new(new Rejection(reason, trust.Id));
    }

    // Of the places of a key elsewhere, so that one application does not keep others from it; null for keys in process.
    private static int? ShareOf(ApplicationKeys keys) =>
        keys.Ring.Keys.Where(key => key.Use == KeyUse.Encryption).Min(key => key.MaxConcurrency) is { } places
            ? Math.Max(1, places / 4)
            : null;

    private static RecentKeyGrants NewRejected() => new(RejectedPlaces, RejectedSeconds);

    // A verification may have waited while the trust was changed.
    private static bool IsPresent(ITrustStore trusts, TrustedApplication trust) =>
        ReferenceEquals(trusts.Find(trust.Id)?.Revision, trust.Revision);

    private static bool IsFailure(Rejection rejection) =>
        rejection.IsBecause(RejectionReason.GrantSignatureWrong)
        || rejection.IsBecause(RejectionReason.GrantNotReadable);

    private KeyGrantResult CheckTime(KeyGrant kept, TrustedApplication trust, long now) =>
        KeyGrantToken.CheckTime(trust.Id, kept.IssuedAt, kept.ExpiresAt, rules, now) is { } untimely
            ? new(untimely)
            : new(kept);
}

/// <summary>
/// The rules for key grants and the caches of verified and rejected ones, for as long as the provider's keys stay the
/// same.
/// </summary>
internal sealed record KeyGrantState(KeyGrantRules Rules, KeyGrantCache Kept, RecentKeyGrants Rejected);

/// <summary>Bounds of the cache of a provider.</summary>
/// <param name="Capacity">The number of key grants in all, without those that each trust has for itself.</param>
/// <param name="CapacityPerTrust">
/// The number of key grants of one trust: one for each process of the consumer, and one more during renewal.
/// </param>
/// <param name="ReservePerTrust">
/// How many of them each trust has for itself: others cannot take their places, however many there are.
/// </param>
internal sealed record KeyGrantLimits(
    int Capacity = 100_000,
    int CapacityPerTrust = 1_000,
    int ReservePerTrust = 4
);
