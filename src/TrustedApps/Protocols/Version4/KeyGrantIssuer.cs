using System.Diagnostics.CodeAnalysis;
using TrustedApps.Keys;
using TrustedApps.Limits;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The consumer's side of key grants: one for this process and one provider. It is renewed ahead of time in the
/// background. One request at a time then tries the new one, and the others use the one before until the new one was
/// accepted (specification version-4.md, section 3). Safe for concurrent use; the usual call takes no lock.
/// </summary>
internal sealed class KeyGrantIssuer(
    ApplicationKeys keys,
    KeyGrantRecipient provider,
    BaseUrl baseUrl,
    TimeSpan lifetime,
    AnswerTimeout keyTimeout,
    OncePerSecond givingUp,
    OncePerSecond doubling
)
{
    private const long MaxEncryptions = 1L << 31; // half of what NIST SP 800-38D section 8.3 allows with random nonces
    private const long Margin = 5; // seconds allowed for the transit of a request, or for a clock set back
    private const long LongestTrial = 10; // seconds until another request may try: an answer may take for ever
    private const long TrialPause = 2; // seconds after a trial that was unavailable; its Retry-After is one
    private const long RenewalPause = 5; // seconds from a renewal that failed to the next, while there is another
    private const long Urgency = 10; // seconds of use that are left
    private const long BackDating = 300; // seconds; version-4.md, section 5

    private readonly Lock _gate = new(); // never held while a key signs
    private readonly long _lifetime = (long)lifetime.TotalSeconds;
    private KeyGrant? _current;
    private KeyGrant? _candidate; // made, and not accepted yet
    private KeyGrant? _previous; // callers may still be encrypting with it
    private KeyGrant? _inherited; // of the issuer before, for other keys
    private KeyGrantNaming? _naming; // of the key grant under which a request was accepted
    private TaskCompletionSource<KeyGrant>? _renewal; // the renewal under way
    private long _nextTrialAt; // seconds since 1970: a request is under way with the candidate, or was just in vain
    private long _nextRenewalAt; // seconds since 1970: the last one failed
    private int _users;
    private bool _isClosed;
    private volatile bool _datesBack;

    /// <summary>The provider and the key that session keys are wrapped to.</summary>
    public KeyGrantRecipient Provider => provider;

    /// <summary>
    /// Dates new key grants back by 5 minutes, because responses must be proven: a provider whose clock is behind then
    /// rejects the assertion, which it can prove, and not the key grant.
    /// </summary>
    public void DateBack() => _datesBack = true;

    /// <summary>
    /// Returns an issuer that signs with other keys, or wraps to another key of the same provider. Closes
    /// this one. The current key grant goes on until the first of the new issuer was accepted, unless one of the keys
    /// that it was made with is gone.
    /// </summary>
    public KeyGrantIssuer With(ApplicationKeys otherKeys, KeyGrantRecipient otherProvider)
    {
        var next = new KeyGrantIssuer(
            otherKeys, otherProvider, baseUrl, TimeSpan.FromSeconds(_lifetime), keyTimeout, givingUp, doubling);
        next._datesBack = _datesBack;
        bool hasKeys = otherKeys.Keys.Any(key => key.PublicKey.Equals(keys.SigningKey.PublicKey))
            && otherProvider.EncryptionKeys.Contains(provider.EncryptionKey);
        lock (_gate)
        {
            if (hasKeys && !ReferenceEquals(_current, _inherited))
            {
                next._current = next._inherited = _current;
                _current = null;
            }

            next._naming = _naming;
        }

        Close();
        return next;
    }

    /// <summary>Returns a key grant that is valid at this moment.</summary>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="trial">
    /// Whether the request may try a new key grant. A request that may has its answer told to <see cref="Answered"/>.
    /// </param>
    /// <param name="cancellationToken">
    /// Cancels the wait for a new key grant. Other callers still receive that key grant.
    /// </param>
    public ValueTask<KeyGrant> GetAsync(long now, KeyGrantTrial trial, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _current) is not { } current || !IsGood(current, now))
        {
            return WaitAsync(now, trial, cancellationToken);
        }

        if (Volatile.Read(ref _candidate) is not null)
        {
            if (trial == KeyGrantTrial.Untold) return WaitAsync(now, trial, cancellationToken);
            bool mayTry = trial == KeyGrantTrial.Allowed
                || (trial == KeyGrantTrial.Urgent && current.ExpiresAt - Margin - now <= Urgency);
            return new((mayTry ? Try(now) : null) ?? current);
        }

        if (!IsWorn(current, now)) return new(current);
        if (ReferenceEquals(current, _inherited) && trial is KeyGrantTrial.Allowed or KeyGrantTrial.Untold)
        {
            return ReplaceAsync(current, now, trial, cancellationToken);
        }

        if (TryBeginRenewal(current, now, out TaskCompletionSource<KeyGrant>? renewal)) _ = RunAsync(renewal, now);
        return new(current);
    }

    /// <summary>Whether a request that may be sent again names this key grant in place of carrying it.</summary>
    public bool TryName(KeyGrant grant) =>
        Volatile.Read(ref _naming) is { } naming && ReferenceEquals(naming.Grant, grant) && naming.TryLeaveOut();

    /// <summary>Takes note of the answer to a request.</summary>
    /// <param name="grant">The key grant of the request.</param>
    /// <param name="answer">What the answer says about it.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <returns>Whether the request was a trial, and the key grant before is there to go on with.</returns>
    public bool Answered(IKeyGrant grant, KeyGrantAnswer answer, long now)
    {
        bool isConfirmed = answer == KeyGrantAnswer.Confirmed;
        if (isConfirmed && ReferenceEquals(Volatile.Read(ref _naming)?.Grant, grant)) return false; // usual
        lock (_gate)
        {
            bool isTrial = ReferenceEquals(_candidate, grant);
            bool isAccepted = isConfirmed || answer == KeyGrantAnswer.Accepted;
            if (isTrial) _nextTrialAt = answer == KeyGrantAnswer.Unavailable ? (now / 1000) + TrialPause : 0;
            if (isTrial && isAccepted) Promote();
            if (isConfirmed && ReferenceEquals(_current, grant)) NameFromNowOn(_current!);
            if (answer == KeyGrantAnswer.Needed && ReferenceEquals(_naming?.Grant, grant)) _naming!.Demand();
            if (answer == KeyGrantAnswer.Rejected) GiveUp(grant, isTrial);
            return isTrial && !isAccepted && _current is not null && IsGood(_current, now / 1000);
        }
    }

    /// <summary>Begins to issue: the keys of a closed issuer are zeroed when the last has ended.</summary>
    public void Enter() => Interlocked.Increment(ref _users);

    /// <summary>Ends what <see cref="Enter"/> began.</summary>
    public void Leave()
    {
        Interlocked.Decrement(ref _users);
        DropIfUnused();
    }

    /// <summary>Zeroes the session keys as soon as they are unused: another issuer has taken over.</summary>
    public void Close()
    {
        Volatile.Write(ref _isClosed, true);
        DropIfUnused();
    }

    private bool IsGood(KeyGrant grant, long now) =>
        now >= MadeAt(grant) - Margin
        && now < grant.ExpiresAt - Margin
        && grant.RequestKey.Encryptions < MaxEncryptions + (MaxEncryptions / 2);

    private bool IsWorn(KeyGrant grant, long now) =>
        now - MadeAt(grant) > _lifetime / 2
        || grant.RequestKey.Encryptions > MaxEncryptions
        || ReferenceEquals(grant, _inherited);

    private long MadeAt(KeyGrant grant) => grant.ExpiresAt - _lifetime; // it may be dated back

    private KeyGrant? Try(long now)
    {
        lock (_gate)
        {
            bool isTrying = now < _nextTrialAt && now >= _nextTrialAt - LongestTrial; // no clock that was set back
            if (_candidate is not { } candidate || isTrying) return null;
            if (IsGood(candidate, now))
            {
                _nextTrialAt = now + LongestTrial;
                return candidate;
            }

            Retire(ref _candidate); // none was sent for so long: the next call makes another
            return null;
        }
    }

    // Under the gate.
    private void Promote()
    {
        Retire(ref _current);
        Volatile.Write(ref _current, _candidate);
        Volatile.Write(ref _candidate, null);
        (_nextTrialAt, _inherited) = (0, null);
    }

    // Under the gate. The nodes of the provider are those that the one before was named to.
    private void NameFromNowOn(KeyGrant current) =>
        Volatile.Write(ref _naming, new KeyGrantNaming(current, doubling, _naming));

    // Under the gate. At most once a second, or a provider that rejects everything would have each request signed for.
    private void GiveUp(IKeyGrant grant, bool isTrial)
    {
        if ((!isTrial && !ReferenceEquals(_current, grant)) || !givingUp.TryPass()) return;
        Retire(ref _candidate); // made at the same time by the same clock and keys as the current one
        _nextTrialAt = 0;
        if (!isTrial) Retire(ref _current);
    }

    // The first request after a change of keys waits for a key grant of the new ones; others go on meanwhile.
    private async ValueTask<KeyGrant> ReplaceAsync(
        KeyGrant inherited, long now, KeyGrantTrial trial, CancellationToken cancellationToken)
    {
        if (!TryBeginRenewal(inherited, now, out TaskCompletionSource<KeyGrant>? renewal)) return inherited;
        await RunAsync(renewal, now)
            .WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        bool isMade = Volatile.Read(ref _candidate) is not null;
        return isMade ? await GetAsync(now, trial, cancellationToken).ConfigureAwait(false) : inherited;
    }

    private async ValueTask<KeyGrant> WaitAsync(
        long now, KeyGrantTrial trial, CancellationToken cancellationToken)
    {
        while (true)
        {
            var mine = new TaskCompletionSource<KeyGrant>(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource<KeyGrant> renewal;
            lock (_gate)
            {
                KeyGrant? current = _current is not null && IsGood(_current, now) ? _current : null;
                bool isNewOne = current is null || trial == KeyGrantTrial.Untold;
                if (isNewOne && _candidate is { } candidate && IsGood(candidate, now))
                {
                    Promote(); // there is no other, or no answer to learn from
                    return candidate;
                }

                if (current is not null) return current;
                renewal = _renewal ??= mine;
            }

            if (ReferenceEquals(renewal, mine)) _ = CompleteAsync(mine, now);
            KeyGrant made = await renewal.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (IsGood(made, now)) return made;
        }
    }

    private bool TryBeginRenewal(
        KeyGrant worn, long now, [NotNullWhen(true)] out TaskCompletionSource<KeyGrant>? renewal)
    {
        renewal = null;
        long pauseEnd = Volatile.Read(ref _nextRenewalAt);
        if (now < pauseEnd && now >= pauseEnd - RenewalPause) return false; // no clock that was set back
        if (Volatile.Read(ref _renewal) is not null) return false;
        lock (_gate)
        {
            // another caller was faster
            if (_renewal is not null || _candidate is not null || !ReferenceEquals(_current, worn)) return false;
            _renewal = renewal = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    // A method of its own: what the lambda captures would be allocated by each call of another.
    private Task RunAsync(TaskCompletionSource<KeyGrant> renewal, long now) =>
        Task.Run(() => CompleteAsync(renewal, now), CancellationToken.None);

    // Passes the key grant, or the exception, to all waiting callers.
    private async Task CompleteAsync(TaskCompletionSource<KeyGrant> renewal, long now)
    {
        Task<KeyGrant> renewing = RenewAsync(now);
        await ((Task)renewing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _renewal = null;
            Volatile.Write(ref _nextRenewalAt, renewing.IsCompletedSuccessfully ? 0 : now + RenewalPause);
        }

        renewal.SetFromTask(renewing);
        _ = renewal.Task.Exception; // observed: no caller waits in the background, and the next call retries
        DropIfUnused();
    }

    private async Task<KeyGrant> RenewAsync(long now)
    {
        KeyGrant made = await keyTimeout
            .AskAsync(MakeAsync, now, discard: static late => late.Drop())
            .ConfigureAwait(false);
        lock (_gate)
        {
            Retire(ref _candidate);
            Volatile.Write(ref _candidate, made);
            _nextTrialAt = 0;
            if (_current is null || !IsGood(_current, now)) Promote(); // there is none to go on with
        }

        return made;
    }

    private ValueTask<KeyGrant> MakeAsync(long now, CancellationToken ended)
    {
        long back = _datesBack ? Math.Min(BackDating, now) : 0;
        return KeyGrantToken.IssueAsync(
            keys, provider.Id, baseUrl, provider.EncryptionKey, now - back, _lifetime + back, ended);
    }

    // Under the gate. Zeroes the key of the one retired before: its callers have finished long ago, or request another.
    private void Retire(ref KeyGrant? grant)
    {
        if (grant is null) return;
        _previous?.Drop();
        _previous = grant;
        Volatile.Write(ref grant, null);
    }

    private void DropIfUnused()
    {
        if (!Volatile.Read(ref _isClosed) || Volatile.Read(ref _users) > 0) return;
        lock (_gate)
        {
            foreach (KeyGrant? grant in new[] { _current, _candidate, _previous }) grant?.Drop();
            (_current, _candidate, _previous) = (null, null, null);
        }
    }
}
